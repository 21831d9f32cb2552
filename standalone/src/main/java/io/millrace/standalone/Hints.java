package io.millrace.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code up} tells a person to try. Pure: from addresses and access to lines. */
final class Hints {
    /** Where things listen. */
    record Addresses(
            String host, int mqttPort, int webSocketPort, int deviceHttpPort, int httpPort, int opsPort, String kafka) {
        /** A wildcard address is no address to connect to. */
        String reachable() {
            return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        }

        String deviceHttp() {
            return "http://" + reachable() + ":" + deviceHttpPort();
        }
    }

    private Hints() {}

    static List<String> lines(UpConfig config, Addresses at, Access access) {
        String api = "http://" + at.reachable() + ":" + at.httpPort() + "/api/v1";
        List<String> lines = new ArrayList<>(List.of(
                "",
                "  Console  http://" + at.reachable() + ":" + at.httpPort()
                        + "/  (in a browser: see the fleet, send commands, edit rules)",
                "  MQTT     mqtt://" + at.reachable() + ":" + at.mqttPort(),
                "           ws://" + at.reachable() + ":" + at.webSocketPort() + "/mqtt  (MQTT over WebSocket)",
                "  HTTP     " + at.deviceHttp() + "/devices/ID/telemetry  (for devices)",
                "  REST     " + api + "  (described at " + api + "/openapi.yaml)",
                "  Health   http://" + at.reachable() + ":" + at.opsPort() + "/ready  /live  /metrics",
                "  Kafka    " + at.kafka(),
                "  Rules    " + config.rulesDirectory() + "  (edit and save: in force at once)",
                "  Data     " + config.data() + "  (log: " + config.logFile().getFileName() + ")",
                ""));
        if (access.isFirst()) {
            lines.addAll(first(config, at, api, access));
        } else {
            lines.addAll(again(api, access));
        }
        if (config.allowAnonymous()) {
            lines.add(
                    "  Devices without a user name are let in as what their client id says (--allow-anonymous): for local tests only.");
            lines.add("");
        }
        return List.copyOf(lines);
    }

    private static List<String> first(UpConfig config, Addresses at, String api, Access access) {
        String device = access.deviceId();
        String login = " -u " + device + " -P " + access.deviceSecret().orElseThrow();
        String server = " -h " + at.reachable() + " -p " + at.mqttPort();
        String key = access.operatorKey().orElseThrow();
        return List.of(
                "  First start. These are shown once, keep them:",
                "    admin         " + access.adminUser() + " / "
                        + access.adminPassword().orElse("(as in MILLRACE_ADMIN_PASSWORD)"),
                "    device        " + device + " / " + access.deviceSecret().orElseThrow(),
                "    operator key  " + access.operatorName() + " / " + key,
                "",
                "  Be the device: listen for its commands in one terminal, report 31 degrees in another.",
                "  (Both are the same device; the second takes over, the first reconnects and gets FAN_ON.)",
                "    mosquitto_sub" + server + login + " -i " + device + " -q 1 -t devices/" + device + "/commands",
                "    mosquitto_pub" + server + login + " -i " + device + " -q 1 -t devices/" + device
                        + "/telemetry -m '{\"temperature\":31}'",
                "  Or report by HTTP:",
                "    curl -sS -u " + device + ":" + access.deviceSecret().orElseThrow() + " -d '{\"temperature\":31}' "
                        + at.deviceHttp() + "/devices/" + device + "/telemetry",
                "  Send it a command, as a program would:",
                "    curl -sS -H 'Authorization: Bearer " + key
                        + "' -H 'Content-Type: application/json' -d '{\"payload\":\"LED_ON\"}' " + api + "/devices/"
                        + device + "/commands",
                "  Or on the command line, which shows its way to the device:",
                "    ./millrace send " + device + " LED_ON --wait" + data(config),
                "    ./millrace devices list" + data(config),
                "  Watch all readings live, as an operator over MQTT or as a Kafka consumer:",
                "    mosquitto_sub" + server + " -u " + access.operatorName() + " -P " + key
                        + " -v -t 'devices/+/telemetry/#'",
                "    kcat -C -u -b " + at.kafka() + " -t telemetry -o beginning",
                "    kafka-console-consumer.sh --bootstrap-server " + at.kafka()
                        + " --topic telemetry --from-beginning",
                "");
    }

    /** Where the command line looks by itself. */
    private static String data(UpConfig config) {
        return config.data().equals(Path.of("data").toAbsolutePath()) ? "" : " --data " + config.data();
    }

    private static List<String> again(String api, Access access) {
        return List.of(
                "  Resumed. Secrets were shown at the first start. New ones:",
                "    for the admin      start with MILLRACE_ADMIN_PASSWORD set",
                "    for a device       curl -sS -X POST -H 'Authorization: Bearer KEY' " + api + "/devices/"
                        + access.deviceId() + "/secret",
                "    an operator key    curl -sS -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json'"
                        + " -d '{\"name\":\"operator-2\",\"role\":\"operator\"}' " + api + "/api-keys",
                "    TOKEN from         curl -sS -H 'Content-Type: application/json'" + " -d '{\"username\":\""
                        + access.adminUser() + "\",\"password\":\"…\"}' " + api + "/login",
                "");
    }
}
