package io.millrace.rules.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The last value, when it came, and the value before; each a number, a flag or a text. A late sample is passed over. */
public final class LastTwo extends History {

    /** As a flag: none. The same three numbers as everywhere: 0, 1, 2. */
    private static final int UNKNOWN = 2;

    private double number = Double.NaN;
    private int flag = UNKNOWN;
    private @Nullable String text;
    private long time = NEVER;
    private double numberBefore = Double.NaN;
    private int flagBefore = UNKNOWN;
    private @Nullable String textBefore;
    private boolean two;

    LastTwo() {
        super(HistoryKind.TWO, 0);
    }

    /** A sample of whatever type: two of the three are missing (NaN, 2, null). */
    public void add(double number, int flag, @Nullable String text, long time) {
        if (time < this.time) {
            return;
        }
        two = this.time != NEVER;
        numberBefore = this.number;
        flagBefore = this.flag;
        textBefore = this.text;
        this.number = number;
        this.flag = flag;
        this.text = text;
        this.time = time;
    }

    /** When the last sample came; {@link #NEVER} if none has. */
    public long time() {
        return time;
    }

    public double number() {
        return number;
    }

    public int flag() {
        return flag;
    }

    public @Nullable String text() {
        return text;
    }

    public double numberBefore() {
        return numberBefore;
    }

    public int flagBefore() {
        return flagBefore;
    }

    public @Nullable String textBefore() {
        return textBefore;
    }

    /** 0, 1, or 2 while there are not two samples. */
    public int changed() {
        if (!two) {
            return UNKNOWN;
        }
        boolean same = (number == numberBefore || Double.isNaN(number) && Double.isNaN(numberBefore))
                && flag == flagBefore
                && Objects.equals(text, textBefore);
        return same ? 0 : 1;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeLong(time);
        out.writeBoolean(two);
        write(number, flag, text, out);
        if (two) {
            write(numberBefore, flagBefore, textBefore, out);
        }
    }

    private static void write(double number, int flag, @Nullable String text, DataOutput out) throws IOException {
        out.writeDouble(number);
        out.writeByte(flag);
        byte[] utf = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text == null ? -1 : utf.length);
        out.write(utf);
    }

    @Override
    public void read(DataInput in) throws IOException {
        time = in.readLong();
        two = in.readBoolean();
        number = in.readDouble();
        flag = in.readByte();
        text = readText(in);
        if (two) {
            numberBefore = in.readDouble();
            flagBefore = in.readByte();
            textBefore = readText(in);
        }
    }

    private static @Nullable String readText(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] utf = new byte[length];
        in.readFully(utf);
        return new String(utf, StandardCharsets.UTF_8);
    }
}
