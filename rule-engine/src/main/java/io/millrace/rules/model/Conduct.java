package io.millrace.rules.model;

import java.util.List;
import java.util.Optional;

/**
 * How the actions of a rule get along with those of others.
 *
 * @param target what it acts on: of the rules with the same one that fire on a device, only the best acts
 * @param priority the higher the better; among equals the first in the file
 * @param confirm what must follow from its commands before they count as done
 * @param inhibitedBy while one of these alerts fires for the device, actions and events are withheld
 */
public record Conduct(
        Optional<String> target, int priority, List<String> inhibitedBy, Limits limits, Optional<Confirm> confirm) {

    public Conduct {
        inhibitedBy = List.copyOf(inhibitedBy);
    }
}
