package io.millrace.rules.language;

import io.millrace.rules.source.Problems;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** One map of a rule file, its keys known to be words of the language. In the order of the file. */
public record Entries(Node node, Map<String, Entry> byWord) {

    /**
     * A key and its value.
     *
     * @param subject about whom problems of the value are
     */
    public record Entry(String word, Node key, Node value, Problems.Subject subject) {}

    static Entries none(Node node) {
        return new Entries(node, Map.of());
    }

    public Optional<Entry> get(String word) {
        return Optional.ofNullable(byWord.get(word));
    }

    /** An entry that is known to be there. */
    public Entry require(String word) {
        return get(word).orElseThrow();
    }

    public boolean has(String word) {
        return byWord.containsKey(word);
    }

    public Collection<Entry> all() {
        return byWord.values();
    }

    Entries without(Set<String> words) {
        Map<String, Entry> left = new LinkedHashMap<>(byWord);
        left.keySet().removeAll(words);
        return new Entries(node, left);
    }

    /** These entries, completed by others where they say nothing. */
    Entries over(Entries defaults) {
        Map<String, Entry> merged = new LinkedHashMap<>(byWord);
        defaults.byWord.forEach(merged::putIfAbsent);
        return new Entries(node, merged);
    }
}
