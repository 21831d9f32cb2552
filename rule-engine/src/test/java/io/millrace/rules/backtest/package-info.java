@NullMarked
package io.millrace.rules.backtest;

import org.jspecify.annotations.NullMarked;
