package io.millrace.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What is done to one or several devices by their ids, and has nothing else to say. */
abstract class DeviceActions extends ServerCommand {
    @Parameters(arity = "1..*", paramLabel = "DEVICE", description = "Their ids.")
    private List<String> ids = List.of();

    /** @param path of the device */
    abstract JsonNode act(Api api, String path);

    abstract String done(JsonNode answer);

    /** One that fails hinders no other. */
    @Override
    int run(Api api) {
        int exitCode = ExitCode.GOOD;
        for (String id : ids) {
            try {
                JsonNode answer = act(api, "/devices/" + Api.encoded(id));
                output().line(output().isJson() ? answer.toString() : id + "  " + done(answer));
            } catch (ApiFailure failure) {
                output().err("millrace: " + failure.getMessage());
                exitCode = failure.exitCode();
            }
        }
        return exitCode;
    }

    @Command(
            name = "rotate",
            description =
                    "New secrets; the old ones are no good any more, and who connected with them is disconnected.",
            sortOptions = false)
    static final class Rotate extends DeviceActions {
        @Override
        JsonNode act(Api api, String path) {
            return api.call("POST", path + "/secret");
        }

        @Override
        String done(JsonNode answer) {
            return answer.path("secret").asText();
        }
    }

    @Command(name = "enable", description = "Let devices in again.", sortOptions = false)
    static final class Enable extends DeviceActions {
        @Override
        JsonNode act(Api api, String path) {
            return api.patch(path, Json.mapper().createObjectNode().put("enabled", true));
        }

        @Override
        String done(JsonNode answer) {
            return "enabled";
        }
    }

    @Command(
            name = "disable",
            description = "Disconnect devices and let them in no more; what waits for them is rejected.",
            sortOptions = false)
    static final class Disable extends DeviceActions {
        @Override
        JsonNode act(Api api, String path) {
            return api.patch(path, Json.mapper().createObjectNode().put("enabled", false));
        }

        @Override
        String done(JsonNode answer) {
            return "disabled";
        }
    }

    @Command(
            name = "delete",
            description = "Remove devices; their history stays until its time is over.",
            sortOptions = false)
    static final class Delete extends DeviceActions {
        @Override
        JsonNode act(Api api, String path) {
            return api.call("DELETE", path);
        }

        @Override
        String done(JsonNode answer) {
            return "deleted";
        }
    }
}
