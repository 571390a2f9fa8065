package dev.convoy.router;

import io.netty.util.concurrent.Future;

/** What forwards on one event loop, until it is closed. */
interface DataPath {
    Future<?> close();
}
