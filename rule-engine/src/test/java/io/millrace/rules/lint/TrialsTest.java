package io.millrace.rules.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim;
import io.millrace.rules.expression.Claim.Comparison;
import io.millrace.rules.expression.Claim.Relation;
import io.millrace.rules.expression.FieldDeclaration;
import io.millrace.rules.expression.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrialsTest {

    private static final FieldDeclaration PERCENT =
            new FieldDeclaration(FieldType.NUMBER, 0, 100, List.of(), false, "%");

    private static Comparison of(String field, Relation relation, Object constant) {
        return new Comparison(field, FieldDeclaration.OPEN, 0, relation, constant);
    }

    private static Optional<Map<String, Object>> example(Claim claim) {
        return Trials.of(List.of(claim)).orElseThrow().find(values -> claim.test(values) == BooleanExpression.TRUE);
    }

    @Test
    void examplesAreNumbersThatPeopleWouldChoose() {
        assertThat(example(of("t", Relation.MORE, 30.0))).hasValue(Map.of("t", 31.0));
        assertThat(example(of("t", Relation.LESS, 30.0))).hasValue(Map.of("t", 29.0));
        Claim narrow = new Claim.Junction(true, List.of(of("t", Relation.MORE, 1.0), of("t", Relation.LESS, 1.5)));
        assertThat(example(narrow)).hasValue(Map.of("t", 1.25));
        assertThat(example(new Comparison("h", PERCENT, 0, Relation.MORE, 99.5)))
                .hasValue(Map.of("h", 99.75));
        assertThat(example(new Comparison("h", PERCENT, 0, Relation.MORE, 100.0)))
                .isEmpty();
        assertThat(example(new Comparison("h", PERCENT, 0, Relation.AT_MOST, 0.0)))
                .hasValue(Map.of("h", 0.0));
    }

    @Test
    void aFieldComparedWithThingsOfTwoTypesIsNotTried() {
        assertThat(Trials.of(List.of(of("a", Relation.EQUAL, 1.0), of("a", Relation.EQUAL, "x"))))
                .isEmpty();
    }

    @Test
    void tooManyCombinationsAreNotTried() {
        List<Claim> many = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            many.add(of("f" + i, Relation.MORE, 1.0));
        }
        assertThat(Trials.of(many)).isEmpty();
    }

    /** Whatever value a device sends: if no trial makes a claim true, that value does not either. */
    @Test
    void whatHoldsForAllTrialsHoldsForRandomValues() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            Claim claim = random(random, 3);
            Trials trials = Trials.of(List.of(claim)).orElseThrow();
            boolean possible = trials.find(values -> claim.test(values) == BooleanExpression.TRUE)
                    .isPresent();
            for (int i = 0; i < 50 && !possible; i++) {
                Map<String, Object> values = Map.of(
                        "a",
                        random.nextInt(41) / 4.0 - 1,
                        "b",
                        random.nextInt(41) / 4.0 - 1,
                        "c",
                        random.nextBoolean());
                assertThat(claim.test(values)).as("%s for %s", claim, values).isEqualTo(BooleanExpression.FALSE);
            }
        }
    }

    private static Claim random(Random random, int depth) {
        if (depth == 0 || random.nextInt(4) == 0) {
            if (random.nextInt(4) == 0) {
                return of("c", Relation.EQUAL, random.nextBoolean());
            }
            Relation relation = Relation.values()[random.nextInt(6)];
            return of(random.nextBoolean() ? "a" : "b", relation, (double) random.nextInt(9));
        }
        return random.nextInt(4) == 0
                ? new Claim.Not(random(random, depth - 1))
                : new Claim.Junction(
                        random.nextInt(3) > 0, List.of(random(random, depth - 1), random(random, depth - 1)));
    }
}
