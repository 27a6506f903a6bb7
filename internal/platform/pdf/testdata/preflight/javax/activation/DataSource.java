package javax.activation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The interface Preflight was built against; the Java runtime has it no longer since version 11. */
public interface DataSource {
    InputStream getInputStream() throws IOException;

    OutputStream getOutputStream() throws IOException;

    String getContentType();

    String getName();
}
