package io.millrace.standalone;

import static io.millrace.standalone.ComposeFile.DEPLOY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.CommandServiceConfig;
import io.millrace.gateway.GatewayConfig;
import io.millrace.rules.engine.RuleEngineConfig;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.process.ServiceProcess.OpsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The scripts and files of deploy/ as the programs read them that they are for; where one is not installed its test is left out, aloud. */
@Timeout(60)
class OneHostFilesTest {
    @TempDir
    Path scratch;

    private String prepare(String names) throws Exception {
        return Shell.run("MILLRACE_DEPLOY=" + scratch + " " + DEPLOY + "/prepare " + names);
    }

    private String make(String arguments) throws Exception {
        return Shell.run(DEPLOY + "/tls/make-certificates " + scratch.resolve("authority") + " " + arguments);
    }

    @Test
    void prepareMakesSecretsAndACertificateOnceAndKeepsThem() throws Exception {
        Shell.assumeInstalled("openssl");
        String said = prepare("mqtt.example.com 192.168.4.17");
        assertThat(said).contains("secrets/admin-password").doesNotContain(secret("admin-password"));
        assertThat(Stream.of("admin-password", "database-password", "ops-token", "psk-master-key")
                        .map(this::secret)
                        .distinct())
                .hasSize(4)
                .allSatisfy(made -> assertThat(made).matches("[0-9a-f]{64}"));
        assertThat(Files.getPosixFilePermissions(scratch.resolve("secrets"))).hasSize(3);
        assertThat(Files.getPosixFilePermissions(scratch.resolve("authority/ca.key")))
                .hasSize(2);
        String tls = scratch + "/secrets/tls/";
        assertThat(Shell.run("openssl verify -CAfile " + tls + "ca.pem -purpose sslserver"
                        + " -verify_hostname mqtt.example.com " + tls + "tls.crt"))
                .contains("OK");
        assertThat(Shell.run("openssl verify -CAfile " + tls + "ca.pem -verify_ip 192.168.4.17 " + tls + "tls.crt"))
                .contains("OK");

        String password = secret("admin-password");
        byte[] certificate = Files.readAllBytes(scratch.resolve("secrets/tls/tls.crt"));
        prepare("mqtt.example.com");
        assertThat(secret("admin-password")).isEqualTo(password);
        assertThat(Files.readAllBytes(scratch.resolve("secrets/tls/tls.crt"))).isEqualTo(certificate);
    }

    private String secret(String name) {
        try {
            return Files.readString(scratch.resolve("secrets").resolve(name), UTF_8)
                    .strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aRenewedCertificateIsOfTheSameAuthorityAndBoardsAreOfAnother() throws Exception {
        Shell.assumeInstalled("openssl");
        make("server mqtt.example.com");
        byte[] before = Files.readAllBytes(scratch.resolve("authority/tls.crt"));
        make("renew mqtt.example.com other.example.com");
        assertThat(Files.readAllBytes(scratch.resolve("authority/tls.crt"))).isNotEqualTo(before);
        make("device esp32-01 esp32-02");
        String dir = scratch + "/authority/";
        Shell.run("openssl verify -CAfile " + dir + "ca.pem -verify_hostname other.example.com " + dir + "tls.crt");
        Shell.run("openssl verify -CAfile " + dir + "boards.pem -purpose sslclient " + dir + "devices/esp32-01.crt");
        assertThat(Shell.run("openssl x509 -noout -subject -nameopt RFC2253 -in " + dir + "devices/esp32-02.crt"))
                .contains("CN=esp32-02");
        assertThat(Shell.works("openssl verify -CAfile " + dir + "ca.pem " + dir + "devices/esp32-01.crt"))
                .isFalse();
        assertThat(Shell.works(DEPLOY + "/tls/make-certificates " + dir + " device ../evil"))
                .isFalse();
    }

    /** One that is missing fails in the image's build only, and there is no engine for that where this is built. */
    @Test
    void theImagesBuildSeesEveryModule() throws IOException {
        List<String> modules = Pattern.compile("<module>(.+)</module>")
                .matcher(Files.readString(Path.of("..", "pom.xml")))
                .results()
                .map(found -> "!" + found.group(1))
                .toList();
        assertThat(modules).isNotEmpty();
        assertThat(Files.readAllLines(Path.of("..", ".dockerignore"))).containsAll(modules);
    }

    @Test
    void haproxyTakesItsFile() throws Exception {
        Path file = withCertificate("haproxy/haproxy.cfg");
        Shell.assumeInstalled("haproxy");
        assertThat(Shell.run("haproxy -c -f " + file).lines())
                .filteredOn(line -> line.contains("WARNING") && !line.contains("could not resolve address"))
                .isEmpty();
    }

    @Test
    void nginxTakesItsFile() throws Exception {
        Path file = withCertificate("nginx/nginx.conf");
        Shell.assumeInstalled("nginx");
        Files.writeString(file, Files.readString(file).replace("/run/nginx.pid", scratch + "/nginx.pid"));
        assertThat(Shell.run("nginx -t -c " + file.toAbsolutePath())).contains("successful");
    }

    private Path withCertificate(String name) throws Exception {
        Shell.assumeInstalled("openssl");
        make("server localhost");
        return Files.writeString(
                scratch.resolve(Path.of(name).getFileName()),
                Files.readString(DEPLOY.resolve(name)).replace("/etc/millrace/tls", scratch + "/authority"));
    }

    /** Programs and users that are not on this machine are not the units' fault. */
    @Test
    void systemdTakesTheUnits() throws Exception {
        Shell.assumeInstalled("systemd-analyze");
        for (String unit : List.of("gateway@", "rule-engine", "command-service")) {
            String name = "millrace-" + unit + ".service";
            Path here = Files.writeString(
                    scratch.resolve(name.replace("@", "@0")),
                    Files.readString(DEPLOY.resolve("systemd").resolve(name))
                            .replace("/opt/millrace/millrace", "/bin/true"));
            String said = Shell.run("systemd-analyze verify --man=no --recursive-errors=no " + here + " 2>&1 || true");
            assertThat(said.lines())
                    .as(said)
                    .filteredOn(line -> line.contains(scratch.toString()))
                    .isEmpty();
            Files.writeString(here, Files.readString(here).replace("Restart=", "Restrat="));
            assertThat(Shell.run("systemd-analyze verify --man=no --recursive-errors=no " + here + " 2>&1 || true"))
                    .contains("Restrat");
        }
    }

    @Test
    void unitsAreWellFormedAndNameFilesThatServicesRead() throws Exception {
        for (Path file : List.of(
                DEPLOY.resolve("systemd/gateway.yaml"),
                DEPLOY.resolve("systemd/rule-engine.yaml"),
                DEPLOY.resolve("systemd/command-service.yaml"))) {
            String name = file.getFileName().toString().replace(".yaml", "");
            Path unit = Path.of(DEPLOY.resolve("systemd/millrace-").toString()
                    + (name.equals("gateway") ? "gateway@" : name) + ".service");
            String text = Files.readString(unit);
            assertThat(text).contains("ExecStart=/opt/millrace/millrace " + name + " --config /etc/millrace/" + name);
            Map<String, String> environment = new HashMap<>();
            Pattern.compile("(MILLRACE_[A-Z_]+_FILE)=%d/([a-z-]+)")
                    .matcher(text)
                    .results()
                    .forEach((MatchResult variable) -> {
                        assertThat(text).contains("LoadCredential=" + variable.group(2) + ":/etc/millrace/secrets/");
                        environment.put(
                                variable.group(1), credential(variable.group(2)).toString());
                    });
            assertThat(environment).as(unit.toString()).isNotEmpty();
            switch (name) {
                case "gateway" -> read(file, environment, GatewayConfig::of);
                case "rule-engine" -> read(file, environment, RuleEngineConfig::of);
                default -> read(file, environment, CommandServiceConfig::of);
            }
        }
    }

    private Path credential(String name) {
        try {
            return Files.writeString(scratch.resolve(name), "0123456789abcdef".repeat(4));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Every key of the file and every variable is known, or this throws. */
    private static <C> void read(Path file, Map<String, String> environment, Function<Settings, C> configure) {
        Settings settings =
                Settings.builder().file(file).environment(environment).build();
        assertThat(OpsConfig.of(settings, 0).token()).isPresent();
        var unused = configure.apply(settings);
        settings.finish();
        assertThat(settings.keys().stream()
                        .map(key -> "MILLRACE_"
                                + key.path().toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_")))
                .containsAll(environment.keySet());
    }
}
