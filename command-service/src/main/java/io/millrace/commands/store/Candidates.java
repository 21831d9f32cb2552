package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.texts;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where candidates come from, in the order of the list: a query of ids behind {@code after}, and who is in it for sure. */
record Candidates(String ids, List<Object> values, boolean connected, String mark) {
    /** Behind every character that an id can have. */
    private static final String LAST = "~";

    static Candidates all() {
        return new Candidates("select d.id from devices d where d.id > ?after order by d.id", List.of(), false, "");
    }

    static Candidates marked(String name, String value) {
        return new Candidates(
                "select m.device_id as id from device_marks m where m.name = ? and m.value = ?"
                        + " and m.device_id > ?after order by m.device_id",
                List.of(name, value),
                false,
                name + "\0" + value);
    }

    static Candidates connectedOnes() {
        return new Candidates(
                "select s.device_id as id from sessions s where s.connected and s.device_id > ?after"
                        + " order by s.device_id",
                List.of(),
                true,
                "");
    }

    /** One place to begin from: of two conditions the index might take the weaker one. */
    static Candidates beginningWith(String text, String after) {
        return new Candidates(
                """
                select d.id from devices d
                where (lower(d.id) collate "C", d.id) > (?, ?after) and lower(d.id) collate "C" < ?
                order by lower(d.id) collate "C", d.id""", List.of(after.isEmpty() ? text : after.toLowerCase(Locale.ROOT), text + LAST), false, "");
    }

    static Candidates of(Collection<String> ids) {
        return new Candidates(
                "select u.id from unnest(?::text[]) u(id) where u.id > ?after order by u.id",
                List.<Object>of((Object) texts(ids)),
                false,
                "");
    }

    /** A statement that grows, with its values. */
    static final class Statement {
        private final List<@Nullable Object> values = new ArrayList<>();

        String place(@Nullable Object value) {
            values.add(value);
            return "$" + values.size();
        }

        String place(Candidates source, String after) {
            String ids = source.ids();
            for (Object value : source.values()) {
                ids = ids.replaceFirst("\\?(?!after)", "\\" + place(value));
            }
            return ids.replace("?after", place(after));
        }

        @Nullable
        Object[] values() {
            return values.toArray();
        }
    }
}
