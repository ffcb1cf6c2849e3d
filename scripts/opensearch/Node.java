import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.opensearch.Version;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.plugins.PluginInfo;

/**
 * One OpenSearch node in this process: {@code java -cp 'lib/*:classes' Node HOME}.
 *
 * <p>HOME holds config/opensearch.yml and config/log4j2.properties and gets data/ and logs/. The node is the server's
 * own class, with modules named instead of installed. The server's launcher is left out, and with it the checks that a
 * machine is fit for production (user, file handles, memory maps). SIGTERM shuts the node down.
 */
public final class Node extends org.opensearch.node.Node {

    /** Of each pair one exists: the name in OpenSearch 3, the name in 2. */
    private static final List<List<String>> MODULES = List.of(
        List.of("org.opensearch.transport.Netty4ModulePlugin", "org.opensearch.transport.Netty4Plugin"),
        List.of("org.opensearch.index.reindex.ReindexModulePlugin", "org.opensearch.index.reindex.ReindexPlugin"));

    // OpenSearch 3 takes a collection of PluginInfo, 2 one of Class; both are a Collection to the virtual machine.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private Node(Environment environment, Collection modules) {
        super(environment, modules, true);
    }

    public static void main(String[] args) throws Exception {
        String home = args[0];
        Settings settings = Settings.builder().put("path.home", home).build();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings, Map.of(), Path.of(home, "config"), () -> Path.of(home).getFileName().toString());
        LogConfigurator.configure(environment);

        Node node = new Node(environment, modules());
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception failure) {
                failure.printStackTrace();
            }
            closed.countDown();
        }));
        node.start();
        closed.await();  // the node's own threads are daemons
    }

    private static List<Object> modules() throws ClassNotFoundException {
        List<Object> modules = new ArrayList<>();
        for (List<String> names : MODULES) {
            Class<?> module = firstPresent(names);
            modules.add(Version.CURRENT.major < 3 ? module : info(module.getName()));
        }
        return modules;
    }

    private static Class<?> firstPresent(List<String> names) throws ClassNotFoundException {
        for (String name : names) {
            try {
                return Class.forName(name);
            } catch (ClassNotFoundException absent) {
                continue;
            }
        }
        throw new ClassNotFoundException(String.join(" or ", names));
    }

    private static PluginInfo info(String name) {
        String java = String.valueOf(Runtime.version().feature());
        return new PluginInfo(name, "a module of the server", "NA", Version.CURRENT, java, name, null, List.of(), false);
    }
}
