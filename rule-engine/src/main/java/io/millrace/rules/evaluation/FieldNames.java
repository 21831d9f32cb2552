package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.FieldTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wanted names of one level of a JSON object, looked up as bytes: each knows the fields that stand there and the names wanted
 * inside it. Immutable once built, lives as long as the field table.
 */
final class FieldNames {

    /** A name that some rule wants, or {@code messageId}. */
    static final class Wanted {
        final byte[] name;
        Field[] fields = new Field[0];
        /** Names wanted inside, when the value is an object. */
        @Nullable
        FieldNames inner;

        boolean messageId;
        /** When the device took the reading. */
        boolean timestamp;

        Wanted(String name) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static final String MESSAGE_ID = "messageId";

    private final Wanted[] wanted;
    private final @Nullable Wanted[] buckets;

    private FieldNames(List<Wanted> wanted) {
        this.wanted = wanted.toArray(Wanted[]::new);
        int size = Integer.highestOneBit(Math.max(4, this.wanted.length * 4));
        buckets = new Wanted[size];
        for (Wanted one : this.wanted) {
            int at = hash(one.name, 0, one.name.length) & size - 1;
            while (buckets[at] != null) {
                at = at + 1 & size - 1;
            }
            buckets[at] = one;
        }
    }

    static FieldNames of(FieldTable table, DeviceTime time) {
        FieldNames names = of(table.fields(), 0).with(MESSAGE_ID);
        if (time.isUsed()) {
            names = names.with(time.field());
        }
        for (Wanted one : names.wanted) {
            one.messageId = MESSAGE_ID.equals(new String(one.name, StandardCharsets.UTF_8));
            one.timestamp = time.field().equals(new String(one.name, StandardCharsets.UTF_8));
        }
        return names;
    }

    private FieldNames with(String name) {
        if (find(name.getBytes(StandardCharsets.UTF_8)) != null) {
            return this;
        }
        List<Wanted> more = new ArrayList<>(List.of(wanted));
        more.add(new Wanted(name));
        return new FieldNames(more);
    }

    private static FieldNames of(List<Field> fields, int depth) {
        List<Wanted> all = new ArrayList<>();
        for (String name :
                fields.stream().map(field -> field.path().get(depth)).distinct().toList()) {
            Wanted one = new Wanted(name);
            List<Field> here = fields.stream()
                    .filter(field -> field.path().get(depth).equals(name))
                    .toList();
            one.fields = here.stream()
                    .filter(field -> field.path().size() == depth + 1)
                    .toArray(Field[]::new);
            List<Field> below = here.stream()
                    .filter(field -> field.path().size() > depth + 1)
                    .toList();
            one.inner = below.isEmpty() ? null : of(below, depth + 1);
            all.add(one);
        }
        return new FieldNames(all);
    }

    Wanted[] all() {
        return wanted;
    }

    @Nullable
    Wanted find(byte[] name) {
        return find(name, 0, name.length, hash(name, 0, name.length));
    }

    /** @param hash of those bytes, see {@link #hash(int, byte)} */
    @Nullable
    Wanted find(byte[] json, int from, int to, int hash) {
        int mask = buckets.length - 1;
        for (int at = hash & mask; ; at = at + 1 & mask) {
            Wanted one = buckets[at];
            if (one == null) {
                return null;
            }
            if (java.util.Arrays.equals(one.name, 0, one.name.length, json, from, to)) {
                return one;
            }
        }
    }

    /** One step of the hash over a name. */
    static int hash(int hash, byte next) {
        return hash * 31 + next;
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash(hash, bytes[i]);
        }
        return hash;
    }
}
