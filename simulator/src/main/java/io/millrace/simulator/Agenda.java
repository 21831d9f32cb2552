package io.millrace.simulator;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who of an event loop's devices has something to do next: a binary heap by System.nanoTime, in which every entry knows its own
 * place, so that moving one costs no search and no garbage (a Vert.x timer for each would cost both). One event loop only.
 */
final class Agenda {
    /** Something that is due at one moment at a time. */
    abstract static class Entry {
        private long due;
        private int place = -1;

        /** Called once per due moment; the entry enters itself again if it wants to. */
        abstract void run(long now);
    }

    private @Nullable Entry[] heap = new Entry[64];
    private int size;

    /** Enters the entry, or moves it. */
    void enter(Entry entry, long due) {
        entry.due = due;
        if (entry.place < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            put(entry, size++);
        }
        sink(rise(entry));
    }

    /** Enters the entry, unless it comes up earlier anyway. */
    void enterIfEarlier(Entry entry, long due) {
        if (entry.place < 0 || due - entry.due < 0) {
            enter(entry, due);
        }
    }

    void remove(Entry entry) {
        int place = entry.place;
        if (place < 0) {
            return;
        }
        entry.place = -1;
        Entry last = at(--size);
        heap[size] = null;
        if (last != entry) {
            put(last, place);
            sink(rise(last));
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Due time of the first entry; the agenda must not be empty. */
    long firstDue() {
        return at(0).due;
    }

    /** Takes out the first entry if its time has come. */
    Optional<Entry> take(long now) {
        if (size == 0 || at(0).due - now > 0) {
            return Optional.empty();
        }
        Entry first = at(0);
        remove(first);
        return Optional.of(first);
    }

    private Entry rise(Entry entry) {
        while (entry.place > 0) {
            Entry parent = at((entry.place - 1) / 2);
            if (parent.due - entry.due <= 0) {
                break;
            }
            swap(parent, entry);
        }
        return entry;
    }

    private void sink(Entry entry) {
        while (true) {
            int child = 2 * entry.place + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && at(child + 1).due - at(child).due < 0) {
                child++;
            }
            Entry earlier = at(child);
            if (entry.due - earlier.due <= 0) {
                return;
            }
            swap(entry, earlier);
        }
    }

    private void swap(Entry a, Entry b) {
        int place = a.place;
        put(a, b.place);
        put(b, place);
    }

    private void put(Entry entry, int place) {
        heap[place] = entry;
        entry.place = place;
    }

    private Entry at(int place) {
        Entry entry = heap[place];
        if (entry == null) {
            throw new IllegalStateException("no entry at " + place + " of " + size);
        }
        return entry;
    }
}
