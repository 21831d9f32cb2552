/** Certificates in files, and their change while a process runs. */
@NullMarked
@CheckReturnValue
package io.millrace.runtime.tls;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
