package io.millrace.rules.evaluation;

import io.millrace.rules.model.RuleId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What has happened on a device, in its record: some ten bytes a transition. */
final class ChronicleForm {

    private ChronicleForm() {}

    static void write(Chronicle chronicle, StateOutput out) throws IOException {
        List<RuleId> rules = names(chronicle);
        out.writeVar(rules.size());
        for (RuleId rule : rules) {
            out.writeUTF(rule.group());
            out.writeUTF(rule.name());
        }
        Transitions transitions = chronicle.transitions;
        out.writeVar(transitions.size());
        long time = 0;
        long offset = 0;
        for (int i = 0; i < transitions.size(); i++) {
            out.writeVar(rules.indexOf(transitions.rule(i)));
            out.writeVar(transitions.detail(i));
            out.writeVar(transitions.time(i) - time);
            out.writeVar(transitions.offset(i) - offset);
            time = transitions.time(i);
            offset = transitions.offset(i);
        }
        out.writeVar(chronicle.acts.size());
        for (Explanation.Act act : chronicle.acts) {
            out.writeVar(rules.indexOf(act.rule()));
            out.writeText(act.what());
            out.writeUTF(act.outcome());
            out.writeVar(act.times());
            out.writeVar(act.time());
            out.writeUTF(act.cause());
        }
        EvaluationError error = chronicle.error;
        out.writeBoolean(error != null);
        if (error != null) {
            out.writeVar(rules.indexOf(error.rule()));
            out.writeVar(error.time());
            out.writeUTF(error.cause());
            out.writeText(error.part());
            out.writeText(error.values());
        }
    }

    private static List<RuleId> names(Chronicle chronicle) {
        List<RuleId> names = new ArrayList<>();
        for (int i = 0; i < chronicle.transitions.size(); i++) {
            names.add(chronicle.transitions.rule(i));
        }
        chronicle.acts.forEach(act -> names.add(act.rule()));
        if (chronicle.error != null) {
            names.add(chronicle.error.rule());
        }
        return names.stream().distinct().toList();
    }

    static Chronicle read(StateInput in, String device) throws IOException {
        Chronicle chronicle = new Chronicle();
        List<RuleId> rules = new ArrayList<>();
        for (long i = in.readVar(); i > 0; i--) {
            rules.add(new RuleId(in.readUTF(), in.readUTF()));
        }
        long time = 0;
        long offset = 0;
        for (long i = in.readVar(); i > 0; i--) {
            RuleId rule = rules.get((int) in.readVar());
            int detail = (int) in.readVar();
            time += in.readVar();
            offset += in.readVar();
            chronicle.transitions.add(rule, time, offset, detail);
        }
        for (long i = in.readVar(); i > 0; i--) {
            RuleId rule = rules.get((int) in.readVar());
            chronicle.acts.addLast(new Explanation.Act(
                    rule, in.readText(), in.readUTF(), (int) in.readVar(), in.readVar(), in.readUTF()));
        }
        if (in.readBoolean()) {
            RuleId rule = rules.get((int) in.readVar());
            chronicle.error =
                    new EvaluationError(rule, device, in.readVar(), in.readUTF(), in.readText(), in.readText());
        }
        return chronicle;
    }
}
