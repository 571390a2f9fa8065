package dev.convoy.router;

/** The one place where the table's keeper puts a new table and the loops look for it. */
final class CurrentTable {
    private volatile RouteTable table = RouteTable.EMPTY;

    RouteTable get() {
        return table;
    }

    void set(RouteTable table) {
        this.table = table;
    }
}
