package io.millrace.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.simulator.CommandWitness;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of commands by the API, against what the boards themselves know: of those that answer nothing, what they have acknowledged;
 * of those that answer, what they have made of each command. Boards write on their threads, the test's thread compares.
 */
final class CommandLedger implements CommandWitness {
    private final Api api;
    private final List<String> silent;
    private final Collection<AnsweringBoard> answering;
    /** Device and payload, and how often its board has acknowledged it. */
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();

    CommandLedger(Api api, List<String> silent, Collection<AnsweringBoard> answering) {
        this.api = api;
        this.silent = List.copyOf(silent);
        this.answering = List.copyOf(answering);
    }

    @Override
    public void acknowledged(String device, String payload) {
        acknowledged.merge(device + " " + payload, 1, Integer::sum);
    }

    /**
     * Every command that was promised is at its end, and the end is the truth.
     *
     * @param promised command ids and what they are about: device and payload
     */
    void assertTrueEnds(Map<String, String> promised) throws IOException, InterruptedException {
        Set<String> open = new HashSet<>(promised.keySet());
        Map<String, Integer> delivered = new HashMap<>();
        for (String device : silent) {
            for (JsonNode command : commands(device)) {
                if (status(command).equals("delivered")) {
                    open.remove(id(command));
                    String what = promised.get(id(command));
                    // One that was accepted without our getting the answer is nobody's; its payload stands in no book.
                    if (what != null) {
                        delivered.merge(what, 1, Integer::sum);
                    }
                }
            }
        }
        delivered.forEach((what, times) -> assertThat(acknowledged.getOrDefault(what, 0))
                .as("acknowledged by the board, said to be delivered: %s", what)
                .isGreaterThanOrEqualTo(times));
        for (AnsweringBoard board : answering) {
            open.removeAll(assertAnswersAreTrue(board));
        }
        assertThat(open).as("accepted and not at their end").isEmpty();
    }

    /** Also those that nobody remembers to have sent. */
    private Set<String> assertAnswersAreTrue(AnsweringBoard board) throws IOException, InterruptedException {
        Map<String, String> said = new HashMap<>();
        for (JsonNode command : commands(board.id())) {
            if (Set.of("succeeded", "failed").contains(status(command))) {
                said.put(
                        id(command),
                        status(command) + " " + command.path("result").asText());
            }
        }
        Map<String, String> made = board.done().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().status() + " "
                                + entry.getValue().payload()));
        assertThat(said).as("answers of %s", board.id()).isEqualTo(made);
        return said.keySet();
    }

    private Iterable<JsonNode> commands(String device) throws IOException, InterruptedException {
        return api.get("/devices/" + device + "/commands?limit=1000").get("items");
    }

    private static String status(JsonNode command) {
        return command.get("status").asText();
    }

    private static String id(JsonNode command) {
        return command.get("commandId").asText();
    }

    /** Commands that a board was given more often than once, as QoS 1 allows. */
    long twice(Map<String, String> promised) {
        Map<String, Long> asked =
                promised.values().stream().collect(Collectors.groupingBy(what -> what, Collectors.counting()));
        return acknowledged.entrySet().stream()
                        .mapToLong(entry -> entry.getValue() - asked.getOrDefault(entry.getKey(), 0L))
                        .filter(more -> more > 0)
                        .sum()
                + answers().mapToLong(what -> what.times() - 1).sum();
    }

    long answered(String status) {
        return answers().filter(what -> what.status().equals(status)).count();
    }

    private Stream<AnsweringBoard.Done> answers() {
        return answering.stream().flatMap(board -> board.done().values().stream());
    }
}
