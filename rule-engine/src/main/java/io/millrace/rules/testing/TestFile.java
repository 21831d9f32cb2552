package io.millrace.rules.testing;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.RuleSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of rule tests.
 *
 * @param rules of its {@code rule_files}
 * @param registry what the registry knows from the start, in the order of the file
 */
public record TestFile(String name, RuleSet rules, Map<String, DeviceAttributes> registry, List<RuleTest> tests) {

    public TestFile {
        registry = Collections.unmodifiableMap(new LinkedHashMap<>(registry));
        tests = List.copyOf(tests);
    }
}
