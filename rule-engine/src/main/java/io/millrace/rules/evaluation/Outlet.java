package io.millrace.rules.evaluation;

/** Where a partition's decisions go. Called on its task's thread, in order. */
public interface Outlet {

    /** @param device the one whose rule emitted it; it must not be lost as long as the device's state is kept */
    void emit(DeviceState device, Emission emission);

    /** The device's state is not what it was. Called once at least for each change, after it. */
    void changed(DeviceState device);

    /** Nothing of the device is worth keeping any more, all that it emitted has been told long ago. */
    void forgotten(DeviceState device);
}
