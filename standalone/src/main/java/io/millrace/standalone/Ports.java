package io.millrace.standalone;

import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells of a taken port before anything is started: who waits ten seconds for that answer has waited for nothing. */
final class Ports {
    private Ports() {}

    /** @throws StartException naming the first port that is taken, and the option that changes it */
    static void requireFree(UpConfig config) {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        wanted.put("--mqtt-port", config.mqttPort());
        wanted.put("--ws-port", config.webSocketPort());
        wanted.put("--gateway-http-port", config.gatewayHttpPort());
        wanted.put("--http-port", config.httpPort());
        wanted.put("--ops-port", config.opsPort());
        wanted.put("--kafka-port", config.kafkaPort());
        wanted.forEach((option, port) -> {
            // Port 0 is always free, but the address may be none of ours.
            requireFree(config.host(), port, option);
        });
    }

    private static void requireFree(String host, int port, String option) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
            if (!socket.isBound()) {
                throw new IOException("not bound");
            }
        } catch (java.net.UnknownHostException e) {
            throw new StartException("--host " + host + ": no such address", e);
        } catch (java.net.BindException e) {
            throw String.valueOf(e.getMessage()).contains("Cannot assign")
                    ? new StartException("--host " + host + ": not an address of this machine", e)
                    : StartException.portInUse(port, option, e);
        } catch (IOException e) {
            throw new StartException("cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }
}
