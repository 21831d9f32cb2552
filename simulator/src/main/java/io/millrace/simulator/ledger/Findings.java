package io.millrace.simulator.ledger;

import java.util.List;

/**
 * What Kafka has of what the devices said.
 *
 * @param records of these devices, in all
 * @param promised readings that the server has acknowledged
 * @param lost promised readings that Kafka has not
 * @param unpromised readings without an acknowledgement: at QoS 0, given up, or under way at the end
 * @param unpromisedMissing those of them that Kafka has not; nobody said that it would
 * @param duplicated records beyond the first of a reading
 * @param reordered readings whose first record came after that of a later reading of the device
 * @param unreadable records of these devices without a message id that they can have sent
 * @param examples of what was lost, `device:messageId`, a few
 * @param complete whether all has been read that Kafka had at the end; otherwise lost means little
 */
public record Findings(
        long records,
        long promised,
        long lost,
        long unpromised,
        long unpromisedMissing,
        long duplicated,
        long reordered,
        long unreadable,
        List<String> examples,
        boolean complete) {
    public Findings {
        examples = List.copyOf(examples);
    }

    /** When Kafka could not be read. */
    public static Findings unknown() {
        return new Findings(0, 0, 0, 0, 0, 0, 0, 0, List.of(), false);
    }

    /** Whether all was kept that was promised, as far as one can tell. */
    public boolean good() {
        return complete && lost == 0;
    }
}
