package io.millrace.rules.calendar;

/** Whole numbers from one to another, both included; after the last comes the first again: {@code friday:monday}. */
public record Span(int from, int to) {

    boolean contains(int number) {
        return from <= to ? from <= number && number <= to : number >= from || number <= to;
    }
}
