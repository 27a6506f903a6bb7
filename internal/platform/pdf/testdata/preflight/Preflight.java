import java.io.File;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.exception.SyntaxValidationException;
import org.apache.pdfbox.preflight.parser.PreflightParser;
import org.apache.pdfbox.text.PDFTextStripper;

/** Prints each PDF/A-1b finding as "code details", then the text of the file. */
public class Preflight {
    public static void main(String[] args) throws Exception {
        File file = new File(args[0]);
        ValidationResult result;
        try {
            PreflightParser parser = new PreflightParser(file);
            parser.parse();
            try (PreflightDocument doc = parser.getPreflightDocument()) {
                doc.validate();
                result = doc.getResult();
            }
        } catch (SyntaxValidationException e) {
            result = e.getResult();
        }
        for (ValidationResult.ValidationError e : result.getErrorsList()) {
            System.out.println("FINDING " + e.getErrorCode() + " " + e.getDetails().replace('\n', ' '));
        }
        try (PDDocument doc = PDDocument.load(file)) {
            System.out.println("TEXT");
            System.out.println(new PDFTextStripper().getText(doc));
        }
    }
}
