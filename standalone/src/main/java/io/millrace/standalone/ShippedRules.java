package io.millrace.standalone;

import io.millrace.rules.cli.RulesCommand;
import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The rules that a first start begins with. */
final class ShippedRules {
    private static final String NAME = "default.rules.yaml";

    private ShippedRules() {}

    /** Makes the rules directory if up was not given one and there is none yet; what a person has there is never touched. */
    static void install(UpConfig config) {
        Path directory = config.rulesDirectory();
        if (config.rules().isPresent() || Files.exists(directory)) {
            return;
        }
        try (InputStream rules = RulesCommand.class.getResourceAsStream("/io/millrace/rules/" + NAME)) {
            if (rules == null) {
                throw new IllegalStateException(NAME + " is not packaged");
            }
            Files.createDirectories(directory);
            Files.copy(rules, directory.resolve(NAME));
        } catch (IOException e) {
            throw new StartException(
                    "--data " + config.data() + ": the rules directory cannot be made: " + e.getMessage(), e);
        }
    }
}
