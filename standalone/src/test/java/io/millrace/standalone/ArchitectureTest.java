package io.millrace.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
    private static final JavaClasses MILLRACE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.millrace");

    @Test
    void allModulesAreLookedAt() {
        for (String module : new String[] {
            "schemas", "runtime", "gateway", "rules", "commands", "embedded", "simulator", "standalone"
        }) {
            assertThat(MILLRACE.stream().filter(c -> c.getPackageName().startsWith("io.millrace." + module)))
                    .as(module)
                    .hasSizeGreaterThan(2);
        }
    }

    @Test
    void schemasKnowNoVertxAndNobodyOfUs() {
        check(noClasses()
                .that()
                .resideInAPackage("io.millrace.schemas..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..",
                        "io.netty..",
                        "io.millrace.runtime..",
                        "io.millrace.gateway..",
                        "io.millrace.rules..",
                        "io.millrace.commands.."));
    }

    @Test
    void runtimeSeesNoDomain() {
        check(noClasses()
                .that()
                .resideInAPackage("io.millrace.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.millrace.schemas..",
                        "io.millrace.gateway..",
                        "io.millrace.rules..",
                        "io.millrace.commands..",
                        "io.millrace.simulator.."));
    }

    @Test
    void servicesDoNotKnowEachOther() {
        String[] services = {
            "io.millrace.gateway..", "io.millrace.rules..", "io.millrace.commands..", "io.millrace.simulator.."
        };
        for (String service : services) {
            for (String other : services) {
                if (!service.equals(other)) {
                    check(noClasses()
                            .that()
                            .resideInAPackage(service)
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage(other));
                }
            }
        }
    }

    @Test
    void gatewayAndRulesNeedNoDatabase() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.millrace.gateway..", "io.millrace.rules..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.pgclient..", "io.vertx.sqlclient..", "java.sql..", "org.postgresql.."));
    }

    @Test
    void theLifeOfACommandIsPure() {
        check(noClasses()
                .that()
                .resideInAPackage("io.millrace.commands.life..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..",
                        "org.apache.kafka..",
                        "java.time.Clock",
                        "io.millrace.commands.store..",
                        "io.millrace.runtime.."));
    }

    @Test
    void ruleEvaluationIsPure() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.millrace.rules.model..", "io.millrace.rules.expression..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "org.apache.kafka..", "io.millrace.runtime.."));
    }

    @Test
    void statementsStandInStoresOnly() {
        check(noClasses()
                .that()
                .resideInAPackage("io.millrace.commands..")
                .and()
                .haveSimpleNameNotEndingWith("Store")
                .and()
                .resideOutsideOfPackage("io.millrace.commands.store..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.vertx.sqlclient.Tuple"));
    }

    @Test
    void onlyTheCommandLineEndsTheProcess() {
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Millrace.class.getName())
                .should()
                .callMethod(System.class, "exit", int.class));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("io.millrace.(*)..").should().beFreeOfCycles());
    }

    @Test
    void noClassIsAUtilOrAManager() {
        check(noClasses()
                .should()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Impl"));
    }

    /** The rules above can fail: one that must. */
    @Test
    void aRuleThatIsBrokenFails() {
        assertThatThrownBy(() -> check(classes()
                        .that()
                        .resideInAPackage("io.millrace.schemas..")
                        .should()
                        .resideInAPackage("io.millrace.gateway..")))
                .isInstanceOf(AssertionError.class);
    }

    private static void check(ArchRule rule) {
        rule.check(MILLRACE);
    }
}
