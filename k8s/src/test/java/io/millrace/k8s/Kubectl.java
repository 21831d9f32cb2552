package io.millrace.k8s;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kubectl that is installed.
 *
 * @param program name or path
 */
record Kubectl(String program) {
    /** Kubernetes 1.27 brought Kustomize 5; Debian's 1.20 has Kustomize 2, which does not know half of our overlays' words. */
    static final int MINOR = 27;

    /** Why it cannot render our overlays; empty if it can. */
    Optional<String> unfit() {
        Optional<String> said = run("version", "--client", "-o", "json");
        return said.isEmpty() ? Optional.of("there is no " + program) : unfit(said.get());
    }

    static Optional<String> unfit(String said) {
        JsonNode version;
        try {
            version = Manifests.JSON.readTree(said).path("clientVersion");
        } catch (IOException e) {
            return Optional.of("kubectl says \"" + said.strip() + "\" of its version");
        }
        String minor = version.path("minor").asText().replaceAll("[^0-9].*", "");
        boolean fit =
                version.path("major").asText().equals("1") && !minor.isEmpty() && Integer.parseInt(minor) >= MINOR;
        return fit
                ? Optional.empty()
                : Optional.of("kubectl is " + version.path("gitVersion").asText("of no known version") + " (expected 1."
                        + MINOR + " or later)");
    }

    String kustomize(String directory) {
        return run("kustomize", directory)
                .orElseThrow(() -> new AssertionError("kubectl kustomize " + directory + " fails"));
    }

    /** What it prints; empty if it fails or is not there. */
    private Optional<String> run(String... arguments) {
        List<String> command =
                Stream.concat(Stream.of(program), Arrays.stream(arguments)).toList();
        try {
            Process kubectl = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(kubectl.getInputStream().readAllBytes(), UTF_8);
            return kubectl.waitFor() == 0 ? Optional.of(output) : Optional.empty();
        } catch (IOException notThere) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
