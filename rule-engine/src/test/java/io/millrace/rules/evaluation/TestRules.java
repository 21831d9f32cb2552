package io.millrace.rules.evaluation;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.SourceText;
import java.util.List;

/** Rule sets from the words of the language. */
public final class TestRules {

    private TestRules() {}

    public static RuleSet of(String yaml) {
        RuleFiles.Loaded loaded = RuleFiles.compile(List.of(new SourceText("test.yaml", yaml)));
        return loaded.rules()
                .orElseThrow(() -> new AssertionError(loaded.problems().toString()));
    }
}
