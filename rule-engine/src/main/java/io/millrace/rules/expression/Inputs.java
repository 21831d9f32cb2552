package io.millrace.rules.expression;

/**
 * What an expression reads, so that the engine can leave it alone when nothing of that changed.
 *
 * @param fields telemetry fields
 * @param device labels or attributes of the registry
 * @param time {@code now} or another function of it, or a history: the result may change although no value does
 * @param histories slots of the {@link HistoryTable}
 */
public record Inputs(Slots fields, boolean device, boolean time, Slots histories) {

    public static final Inputs NONE = new Inputs(Slots.NONE, false, false, Slots.NONE);

    public Inputs and(Inputs other) {
        return new Inputs(
                fields.union(other.fields),
                device || other.device,
                time || other.time,
                histories.union(other.histories));
    }
}
