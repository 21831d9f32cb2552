/** Simulated ESP32 fleets: boards with a thermometer, a LED and a fan, that speak MQTT as esp-mqtt does, and what they measure. */
@NullMarked
@CheckReturnValue
package io.millrace.simulator;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
