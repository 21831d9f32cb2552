package io.millrace.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.ops.Health;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A gateway in a process of its own, for what only a process can suffer: to be stopped, to be killed. */
final class GatewayProcess implements AutoCloseable {
    private static final String PORT = "port ";

    private final Process process;
    private final int port;

    private GatewayProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param settings key=value */
    static GatewayProcess start(List<String> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                GatewayProcess.class.getName()));
        command.addAll(settings);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(PORT)) {
                Thread drain = new Thread(() -> out.lines().forEach(rest -> {}));
                drain.setDaemon(true);
                drain.start();
                return new GatewayProcess(process, Integer.parseInt(line.substring(PORT.length())));
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("the gateway's process has not started");
    }

    int port() {
        return port;
    }

    /** @param name without SIG */
    void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + name + " failed");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Ends with its standard input, so that it does not outlive the test. */
    public static void main(String[] settings) {
        Settings.Builder builder = Settings.builder();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            builder.override(setting.substring(0, equals), setting.substring(equals + 1));
        }
        Settings read = builder.build();
        GatewayConfig config = GatewayConfig.of(read);
        read.finish();
        try (Gateway gateway = new Gateway(config, new SimpleMeterRegistry(), new Health(), Clock.systemUTC())) {
            gateway.start();
            System.out.println(PORT + gateway.mqttPort());
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
