package io.millrace.rules.model;

import java.util.Optional;

/**
 * How the actions of a rule get along with those of others.
 *
 * @param target what it acts on: of the rules with the same one that fire on a device, only the best acts
 * @param priority the higher the better; among equals the first in the file
 */
public record Conduct(Optional<String> target, int priority) {

    public static final Conduct DEFAULT = new Conduct(Optional.empty(), 0);
}
