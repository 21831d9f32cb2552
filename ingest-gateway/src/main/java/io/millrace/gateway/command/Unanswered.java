package io.millrace.gateway.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The last commands of a session that its device has not answered; it tells which of them an answer is for that names none. Lives
 * with the session.
 *
 * <p>Clients differ in what they send first. Most answer from within their message handler and acknowledge when it returns
 * (esp-mqtt, PubSubClient, Paho for Java): the answer is for the command that is not acknowledged yet. Others acknowledge first:
 * it is for the last one that they have acknowledged. Where both exist, what this client did before decides.
 */
final class Unanswered {
    private static final int KEPT = 16;

    private record Command(String id, boolean acknowledged) {}

    private final List<Command> commands = new ArrayList<>(2);
    private boolean acknowledgesFirst;

    /** It is on its way to the device. */
    void written(String commandId) {
        forget(commandId);
        if (commands.size() == KEPT) {
            commands.remove(0);
        }
        commands.add(new Command(commandId, false));
    }

    /** Of one that is answered already, or was never written, nothing is kept. */
    void acknowledged(String commandId) {
        commands.replaceAll(command -> command.id.equals(commandId) ? new Command(commandId, true) : command);
    }

    void forget(String commandId) {
        commands.removeIf(command -> command.id.equals(commandId));
    }

    /**
     * The device has answered.
     *
     * @param named the command that it names
     * @return the command that it means; empty if it names none and none is unanswered
     */
    Optional<String> answered(Optional<String> named) {
        Optional<Command> found = named.isPresent()
                ? commands.stream().filter(c -> c.id.equals(named.get())).findFirst()
                : meant();
        if (found.isPresent()) {
            commands.remove(found.get());
            return Optional.of(found.get().id);
        }
        return named;
    }

    private Optional<Command> meant() {
        Optional<Command> open = commands.stream().filter(c -> !c.acknowledged).findFirst();
        Optional<Command> acknowledged =
                commands.stream().filter(Command::acknowledged).reduce((earlier, later) -> later);
        if (open.isPresent() && acknowledged.isPresent()) {
            return acknowledgesFirst ? acknowledged : open;
        }
        acknowledgesFirst = acknowledged.isPresent() || open.isEmpty() && acknowledgesFirst;
        return open.or(() -> acknowledged);
    }
}
