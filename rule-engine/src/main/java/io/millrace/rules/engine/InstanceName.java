package io.millrace.rules.engine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What an engine without {@code rules.instance-id} is called where people have to tell engines apart: as the writer of a rule set, on
 * its page of rules, in Kafka's client ids. Good for one start: a name that does not last must not make a static member of the group.
 */
final class InstanceName {

    private InstanceName() {}

    /** Host, process and chance: in containers every process is 1, and containers on the host's network share its name. */
    static String ofThisStart() {
        String chance = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return host() + "-" + ProcessHandle.current().pid() + "-" + chance;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // The name of a host that its own resolver does not know; chance is what keeps engines apart.
            return "engine";
        }
    }
}
