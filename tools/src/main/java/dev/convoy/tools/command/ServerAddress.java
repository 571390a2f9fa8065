package dev.convoy.tools.command;

import io.vertx.core.net.SocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code host:port}, {@code [::1]:port} included. */
public final class ServerAddress implements ITypeConverter<SocketAddress> {
    private static final int PORT_MAX = 65_535;

    @Override
    public SocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).replaceFirst("^\\[(.*)]$", "$1");
        int port = colon < 0 ? 0 : port(text.substring(colon + 1));
        if (host.isEmpty() || port < 1 || port > PORT_MAX) {
            throw new TypeConversionException("'" + text + "' is not host:port, e.g. 127.0.0.1:7000");
        }
        return SocketAddress.inetSocketAddress(port, host);
    }

    private static int port(String digits) {
        return digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : 0;
    }
}
