package io.millrace.rules.expression;

/** Which part of a silence counts: not the time in which nobody could have been heard. Of the device's task. */
public interface Vouching {

    /** All of it: where nobody keeps watch. */
    Vouching ALWAYS = new Vouching() {
        @Override
        public long silence(String deviceId, long since, long now) {
            return now - since;
        }

        @Override
        public long lasts(String deviceId, long since, long length, long now, long after) {
            return since + length > after ? since + length : NextChange.NONE;
        }
    };

    /** The milliseconds between the two moments that count. */
    long silence(String deviceId, long since, long now);

    /**
     * When the silence will have lasted that long, or when to ask again: never after the true moment. {@link NextChange#NONE} if
     * that was before or at {@code after}.
     *
     * @param length in milliseconds
     */
    long lasts(String deviceId, long since, long length, long now, long after);
}
