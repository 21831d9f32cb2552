package io.millrace.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.ChildProcess;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.ops.Health;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;

/** What a process runs that is a gateway, to be stopped or killed. */
final class GatewayProcess {
    private static final String PORT = "port ";

    private GatewayProcess() {}

    /**
     * Says its MQTT port.
     *
     * @param settings key=value
     */
    static ChildProcess start(List<String> settings) throws IOException {
        return ChildProcess.start(GatewayProcess.class, settings, PORT);
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
