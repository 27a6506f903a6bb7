package javax.xml.bind;

import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.GregorianCalendar;

/** The two conversions Preflight calls; the Java runtime has the class no longer since version 11. */
public final class DatatypeConverter {
    private DatatypeConverter() {}

    public static int parseInt(String s) {
        return Integer.parseInt(s.trim());
    }

    public static Calendar parseDateTime(String s) {
        boolean zoned = s.trim().matches(".*T.*(Z|[+-]\\d\\d:\\d\\d)");
        return GregorianCalendar.from(ZonedDateTime.parse(zoned ? s.trim() : s.trim() + "Z"));
    }
}
