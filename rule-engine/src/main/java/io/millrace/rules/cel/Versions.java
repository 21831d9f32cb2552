package io.millrace.rules.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.TextExpression;
import io.millrace.rules.expression.ValueExpression;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Versions of firmware and the like: {@code semver(device.firmware).isGreaterThan(semver("2.0.0"))}. */
final class Versions extends Family {

    private static final CelType VERSION = Kind.VERSION.type();
    private static final CelType BOOL = SimpleType.BOOL;

    Versions() {
        function("semver", Versions::semver).takes(VERSION, SimpleType.STRING);
        order("isGreaterThan", sign -> sign > 0);
        order("isLessThan", sign -> sign < 0);
    }

    private static Term semver(Call call) throws Refused {
        if (call.argument(0).constant() instanceof String text) {
            Optional<Version> version = Version.parse(text);
            if (version.isEmpty()) {
                throw call.refuse("E206", 0, "not a version", "write it as \"2.0.0\"");
            }
            return Term.version(frame -> version.get());
        }
        TextExpression text = call.argument(0).text();
        return Term.version(frame -> {
            String found = text.text(frame);
            return found == null ? null : Version.parse(found).orElse(null);
        });
    }

    private void order(String name, IntPredicate order) {
        member(name, call -> {
                    ValueExpression a = call.argument(0).value();
                    ValueExpression b = call.argument(1).value();
                    return Term.flag(
                            frame -> a.value(frame) instanceof Version one && b.value(frame) instanceof Version other
                                    ? BooleanExpression.of(order.test(one.compareTo(other)))
                                    : BooleanExpression.UNKNOWN);
                })
                .takes(BOOL, VERSION, VERSION);
    }
}
