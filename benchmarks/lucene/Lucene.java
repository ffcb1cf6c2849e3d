import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

/**
 * Lucene as its users set it up: title and body with one analyzer, BM25 with the k1 and b asked for.
 *
 * <pre>
 * Lucene index  ANALYZER INDEX ARTICLES THREADS
 * Lucene search ANALYZER INDEX QUERIES LIMIT ROUNDS K1 B
 * </pre>
 *
 * Lines of ARTICLES: id, date in seconds or nothing, sources with spaces between, title, body; of
 * QUERIES: id, kind, clauses. Columns have tabs between, clauses U+0001. Kinds are `any` (some of
 * the terms), `all` (every term of every clause), `phrase`, `source` and `dates` (from, to). What
 * is printed: the seconds that indexing took, on the clock and of processors; for each round and query its id, processor nanoseconds, total
 * and the ids found, best first.
 */
public class Lucene {
    static final String[] FIELDS = {"title", "body"};
    static PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws Exception {
        Analyzer analyzer = arguments[1].equals("cjk") ? new CJKAnalyzer() : new SmartChineseAnalyzer();
        Path index = Path.of(arguments[2]);
        List<String[]> lines = read(Path.of(arguments[3]));
        int number = Integer.parseInt(arguments[4]);
        if (arguments[0].equals("index")) {
            index(analyzer, index, lines, number);
        } else {
            BM25Similarity bm25 =
                    new BM25Similarity(Float.parseFloat(arguments[6]), Float.parseFloat(arguments[7]));
            search(analyzer, index, lines, number, Integer.parseInt(arguments[5]), bm25);
        }
        out.flush();
    }

    static List<String[]> read(Path path) throws Exception {
        List<String[]> lines = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(path)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line.split("\t", -1));
            }
        }
        return lines;
    }

    static void index(Analyzer analyzer, Path path, List<String[]> articles, int threads) throws Exception {
        long began = System.nanoTime();
        long before = processors();
        IndexWriterConfig config = new IndexWriterConfig(analyzer).setSimilarity(new BM25Similarity(1.2f, 0.75f));
        config.setRAMBufferSizeMB(256);
        AtomicInteger next = new AtomicInteger();
        try (IndexWriter writer = new IndexWriter(FSDirectory.open(path), config)) {
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Thread worker = new Thread(() -> add(writer, articles, next));
                worker.start();
                workers.add(worker);
            }
            for (Thread worker : workers) {
                worker.join();
            }
            writer.commit();
        }
        out.println((System.nanoTime() - began) / 1e9 + " " + (processors() - before) / 1e9);
    }

    /** Nanoseconds that all threads of this process have used. */
    static long processors() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    static void add(IndexWriter writer, List<String[]> articles, AtomicInteger next) {
        try {
            for (int i = next.getAndIncrement(); i < articles.size(); i = next.getAndIncrement()) {
                writer.addDocument(document(articles.get(i)));
            }
        } catch (Exception error) {
            error.printStackTrace();
            System.exit(1);
        }
    }

    static Document document(String[] columns) {
        Document document = new Document();
        document.add(new StringField("id", columns[0], Field.Store.YES));
        if (!columns[1].isEmpty()) {
            document.add(new LongPoint("date", Long.parseLong(columns[1])));
            document.add(new StoredField("date", Long.parseLong(columns[1])));
        }
        for (String source : columns[2].split(" ")) {
            document.add(new StringField("source", source, Field.Store.YES));
        }
        document.add(new TextField("title", columns[3], Field.Store.YES));
        document.add(new TextField("body", columns[4], Field.Store.YES));
        return document;
    }

    static void search(
            Analyzer analyzer, Path path, List<String[]> queries, int limit, int rounds, BM25Similarity bm25)
            throws Exception {
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(path))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(bm25);
            QueryBuilder builder = new QueryBuilder(analyzer);
            ThreadMXBean clock = ManagementFactory.getThreadMXBean();
            for (int round = 0; round < rounds; round++) {
                for (String[] columns : queries) {
                    long began = clock.getCurrentThreadCpuTime();
                    Query query = query(builder, columns[1], columns[2].split("\u0001"));
                    TopDocs found =
                            searcher.search(query, new TopScoreDocCollectorManager(limit, Integer.MAX_VALUE));
                    print(searcher, columns[0], clock.getCurrentThreadCpuTime() - began, found);
                }
            }
        }
    }

    static void print(IndexSearcher searcher, String id, long nanoseconds, TopDocs found) throws Exception {
        StringBuilder line = new StringBuilder(id + "\t" + nanoseconds + "\t" + found.totalHits.value + "\t");
        for (ScoreDoc hit : found.scoreDocs) {
            line.append(searcher.storedFields().document(hit.doc).get("id")).append('\u0001');
        }
        out.println(line);
    }

    static Query query(QueryBuilder builder, String kind, String[] clauses) {
        if (kind.equals("source")) {
            return new TermQuery(new Term("source", clauses[0]));
        }
        if (kind.equals("dates")) {
            return LongPoint.newRangeQuery("date", Long.parseLong(clauses[0]), Long.parseLong(clauses[1]) - 1);
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        for (String clause : clauses) {
            BooleanQuery.Builder either = new BooleanQuery.Builder();
            for (String field : FIELDS) {
                Query part = switch (kind) {
                    case "phrase" -> builder.createPhraseQuery(field, clause);
                    case "all" -> builder.createBooleanQuery(field, clause, Occur.MUST);
                    default -> builder.createBooleanQuery(field, clause, Occur.SHOULD);
                };
                either.add(part == null ? new MatchNoDocsQuery() : part, Occur.SHOULD);
            }
            all.add(either.build(), Occur.MUST);
        }
        return all.build();
    }
}
