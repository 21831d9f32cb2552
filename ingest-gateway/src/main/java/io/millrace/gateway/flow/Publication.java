package io.millrace.gateway.flow;

import io.millrace.schemas.RejectReason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One message of a client, a PUBLISH or the body of a POST, on its way: the records that it became are in Kafka's hands, and when the last of them is acknowledged the
 * publication goes back to its event loop, where the client is answered. It begins on the event loop; {@link
 * #onCompletion} is Kafka's thread.
 */
public final class Publication implements Callback {
    /** What an acknowledgement says when nothing is wrong. */
    public static final int SUCCESS = 0;

    private static final VarHandle OPEN;

    static {
        try {
            OPEN = MethodHandles.lookup().findVarHandle(Publication.class, "openRecords", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final InFlight inFlight;
    private final @Nullable Answering answering;
    private final int packetId;
    private final byte qos;
    private final @Nullable Publication first;
    private int bytes;

    @SuppressWarnings("UnusedVariable") // read through OPEN
    private int openRecords;

    private int reasonCode;
    /** See {@link #note(String)}. */
    private @Nullable String note;

    private volatile @Nullable Exception failure;
    private boolean left;
    boolean done;
    /** The publication of the same connection that came next. */
    @Nullable
    Publication behind;
    /** See {@link Handoff}. */
    @Nullable
    Publication givenBefore;

    /** @param answering absent for QoS 0, which nobody waits for */
    public Publication(InFlight inFlight, @Nullable Answering answering, int packetId, int qos) {
        this.inFlight = inFlight;
        this.answering = answering;
        this.packetId = packetId;
        this.qos = (byte) qos;
        this.first = null;
    }

    private Publication(Publication first) {
        this.inFlight = first.inFlight;
        this.answering = first.answering;
        this.packetId = first.packetId;
        this.qos = first.qos;
        this.first = first;
    }

    /** The same message sent again: it goes nowhere, and is answered as the first is, behind it. */
    public Publication again() {
        return new Publication(first == null ? this : first);
    }

    /** Whether it is a message that was sent again. */
    public boolean isRepeat() {
        return first != null;
    }

    /**
     * Says what will be sent, before the first record is.
     *
     * @param records at least 1
     * @param bytes of all of them together
     * @param reasonCode for the acknowledgement, {@link #SUCCESS} or an MQTT 5 code from 0x80
     */
    public void leaves(int records, int bytes, int reasonCode) {
        this.left = true;
        this.openRecords = records;
        this.bytes = bytes;
        this.reasonCode = reasonCode;
        inFlight.left(bytes);
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
        if (exception != null) {
            failure = exception;
        }
        oneLess();
    }

    /** A bug keeps it from leaving, if it has not left. */
    public void fails(RuntimeException bug) {
        if (!left && !done && !isRefused()) {
            failure = bug;
            leaves(1, 0, SUCCESS);
            oneLess();
        }
    }

    /** There was nothing to send: an empty batch. */
    public void leavesWithNothing() {
        leaves(1, 0, SUCCESS);
        oneLess();
    }

    private void oneLess() {
        if ((int) OPEN.getAndAdd(this, -1) == 1) {
            inFlight.arrived(this, bytes);
        }
    }

    public boolean isRefused() {
        return reasonCode != SUCCESS;
    }

    public int packetId() {
        return packetId;
    }

    public int qos() {
        return qos;
    }

    public int reasonCode() {
        return first == null ? reasonCode : first.reasonCode;
    }

    /** Ends without Kafka: nothing of it is kept. */
    void refuse(int code) {
        reasonCode = code;
    }

    public @Nullable Answering answering() {
        return answering;
    }

    /** Tells the client's side why it cannot be taken, before it {@link #leaves} to be kept. */
    public void rejected(RejectReason reason, String detail) {
        if (answering != null) {
            note = detail;
            answering.rejected(reason, detail);
        }
    }

    /** What the answer says beside its code: the reason for a refusal, or the id of the command that it became. */
    public @Nullable String note() {
        return note;
    }

    public void note(String text) {
        note = text;
    }

    /** Why Kafka has not taken it, for good. */
    public @Nullable Exception failure() {
        return failure;
    }

    /** The next that was handed over with it. */
    public @Nullable Publication next() {
        return givenBefore;
    }
}
