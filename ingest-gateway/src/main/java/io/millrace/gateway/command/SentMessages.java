package io.millrace.gateway.command;

import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionState.Unfinished;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The packet ids that are taken on the way to a device: by what was written on this connection and is not finished, and by what
 * the session's connection before left unfinished, which the device may still know. A list, for there are few.
 */
final class SentMessages {
    /** A session's state is one record: no more of it than this is handed on. */
    private static final int MOST_HANDED_ON = 64;

    private static final int MAX_PACKET_ID = 65_535;

    /**
     * @param commandId empty for the configuration
     * @param command empty too when the device has answered, or its attempt has not come again
     */
    private record Sent(
            int packetId, int qos, Optional<String> commandId, Optional<Dispatch> command, boolean released) {}

    private final List<Sent> sent = new ArrayList<>(2);
    private final List<Unfinished> earlier;
    private int lastPacketId;

    SentMessages(List<Unfinished> earlier) {
        this.earlier = earlier.isEmpty() ? List.of() : new ArrayList<>(earlier);
        for (Unfinished one : earlier) {
            if (one.released()) {
                sent.add(new Sent(one.packetId(), 2, Optional.of(one.commandId()), Optional.empty(), true));
            }
        }
    }

    /** How many count against the client's Receive Maximum: until PUBACK or PUBCOMP [MQTT-3.3.4-9]. */
    int size() {
        return sent.size();
    }

    int freePacketId() {
        do {
            lastPacketId = lastPacketId == MAX_PACKET_ID ? 1 : lastPacketId + 1;
        } while (isTaken(lastPacketId));
        return lastPacketId;
    }

    private boolean isTaken(int packetId) {
        for (Sent one : sent) {
            if (one.packetId == packetId) {
                return true;
            }
        }
        for (Unfinished one : earlier) {
            if (one.packetId() == packetId) {
                return true;
            }
        }
        return false;
    }

    void add(int packetId, int qos, Optional<Dispatch> command) {
        sent.add(new Sent(packetId, qos, command.map(Dispatch::commandId), command, false));
    }

    /** What the connection before did with that command. It is remembered also when its packet is finished. */
    Optional<Unfinished> earlier(String commandId) {
        return earlier.stream().filter(one -> one.commandId().equals(commandId)).findFirst();
    }

    void again(Unfinished before, Dispatch command) {
        var unused = earlier.remove(before);
        add(before.packetId(), before.qos(), Optional.of(command));
    }

    /** A later attempt takes the place of an earlier one of the same command. */
    void replace(Dispatch later) {
        sent.replaceAll(one -> one.command
                        .filter(command -> command.commandId().equals(later.commandId()))
                        .isPresent()
                ? new Sent(one.packetId, one.qos, one.commandId, Optional.of(later), one.released)
                : one);
    }

    /** PUBACK frees the id of a message of QoS 1, and no other. */
    Optional<Dispatch> acknowledged(int packetId) {
        int at = find(packetId);
        return at >= 0 && sent.get(at).qos == 1 ? sent.remove(at).command : Optional.empty();
    }

    boolean holdsQos2(int packetId) {
        int at = find(packetId);
        return at >= 0 && sent.get(at).qos == 2;
    }

    /** Whether the device has answered with PUBREC what the connection before wrote and this one has not written yet. */
    boolean releaseEarlier(int packetId) {
        for (int i = 0; i < earlier.size(); i++) {
            Unfinished one = earlier.get(i);
            if (one.packetId() == packetId && one.qos() == 2 && !one.released()) {
                earlier.set(i, new Unfinished(packetId, one.commandId(), 2, true));
                sent.add(new Sent(packetId, 2, Optional.of(one.commandId()), Optional.empty(), true));
                return true;
            }
        }
        return false;
    }

    boolean isReleased(int packetId) {
        int at = find(packetId);
        return at >= 0 && sent.get(at).released;
    }

    /** The message is the device's now; the id stays taken. The command, at the first time. */
    Optional<Dispatch> release(int packetId) {
        int at = find(packetId);
        Sent one = sent.get(at);
        sent.set(at, new Sent(packetId, one.qos, one.commandId, Optional.empty(), true));
        return one.command;
    }

    /** The id is free. */
    Optional<Dispatch> complete(int packetId) {
        return sent.remove(find(packetId)).command;
    }

    private int find(int packetId) {
        for (int i = 0; i < sent.size(); i++) {
            if (sent.get(i).packetId == packetId) {
                return i;
            }
        }
        return -1;
    }

    List<Integer> released() {
        return sent.stream().filter(Sent::released).map(Sent::packetId).toList();
    }

    /** Commands that the device has not answered. */
    List<Dispatch> commands() {
        return sent.stream().flatMap(one -> one.command.stream()).toList();
    }

    List<Unfinished> unfinished() {
        List<Unfinished> all = new ArrayList<>();
        for (Sent one : sent) {
            one.commandId.ifPresent(id -> all.add(new Unfinished(one.packetId, id, one.qos, one.released)));
        }
        for (Unfinished one : earlier) {
            if (!one.released()) {
                all.add(one);
            }
        }
        return List.copyOf(all.subList(Math.max(0, all.size() - MOST_HANDED_ON), all.size()));
    }

    void clear() {
        sent.clear();
    }
}
