/** Checks the manifests of {@code k8s} without a cluster. */
@NullMarked
@CheckReturnValue
package io.millrace.k8s;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
