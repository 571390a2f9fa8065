/** What the manifests must hold, whatever overlay they are rendered from. */
@NullMarked
package dev.convoy.k8s;

import org.jspecify.annotations.NullMarked;
