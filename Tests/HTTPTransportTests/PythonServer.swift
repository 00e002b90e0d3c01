import Glibc
import HTTPTransport

/// A real HTTP server, Python's own, in a process that ends with this value or with the test process.
final class PythonServer: Sendable {
    enum Address { case tcp, unixSocket }

    struct StartFailure: Error {
        let step: String
    }

    let endpoint: TransportEndpoint
    private let process: pid_t
    private let input: Int32
    private let socketPath: String?

    init(_ address: Address = .tcp) throws {
        let path = address == .unixSocket ? "/tmp/transport-\(getpid())-\(UInt32.random(in: 0 ... .max)).socket" : nil
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        // Pairs of sockets, because pipes can't be made in Swift without being inherited by a server started meanwhile.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &input) == 0, socketpair(AF_UNIX, kind, 0, &output) == 0 else {
            throw StartFailure(step: "socketpair")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, input[0], 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let words = ["python3", "-c", Self.script, path ?? ""]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, "python3", &actions, nil, &arguments, environ)
        close(input[0])
        close(output[1])
        guard code == 0 else { throw StartFailure(step: "posix_spawnp") }
        var port: [UInt8] = []
        var byte: UInt8 = 0
        while read(output[0], &byte, 1) == 1, byte != 10 { port.append(byte) }
        close(output[0])
        guard !port.isEmpty else { throw StartFailure(step: "python3") }
        self.process = process
        self.input = input[1]
        socketPath = path
        endpoint =
            path.map { .unixSocket(path: $0) } ?? .server(url: "http://127.0.0.1:\(String(decoding: port, as: UTF8.self))")
    }

    deinit {
        close(input)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        if let socketPath { unlink(socketPath) }
    }

    private static let script = """
        import http.server, os, socketserver, sys, threading

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *arguments): pass
            def address_string(self): return "test"
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                path = self.path.split("?")[0]
                if path == "/echo":
                    lines = [self.command, self.path] + [f"{n}: {v}" for n, v in self.headers.items()] + [""]
                    self.whole(200, "\\n".join(lines).encode() + body)
                elif path.startswith("/status/"):
                    self.whole(int(path[8:]), b"no")
                elif path.startswith("/bytes/"):
                    count = int(path[7:])
                    self.send_response(200)
                    self.send_header("Content-Length", str(count))
                    self.end_headers()
                    for start in range(0, count, 65536):
                        self.wfile.write(bytes((start // 65536 + i) % 251 for i in range(min(65536, count - start))))
                elif path == "/chunked":
                    total = 0
                    while size := int(self.rfile.readline() or b"0", 16):
                        total += len(self.rfile.read(size))
                        self.rfile.readline()
                    self.rfile.readline()
                    self.whole(200, f"{self.command} {self.headers.get('Content-Type')} {total}".encode())
                elif path == "/events":
                    self.send_response(200)
                    self.send_header("Content-Type", "text/event-stream")
                    self.end_headers()
                    self.wfile.write(b"data: first\\n\\n")
                    self.wfile.flush()
                    self.connection.recv(1)
                    self.server.left.set()
                    self.close_connection = True
                elif path == "/left":
                    self.whole(200, b"left" if self.server.left.wait(300) else b"still there")
                elif path == "/cut":
                    self.send_response(200)
                    self.send_header("Content-Length", "100")
                    self.end_headers()
                    self.wfile.write(b"only this")
                    self.close_connection = True
                elif path == "/silent":
                    self.connection.recv(1)
                    self.close_connection = True
                else:
                    self.whole(404, b"")
            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer
            def whole(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD": self.wfile.write(body)

        class TCP(socketserver.ThreadingMixIn, socketserver.TCPServer):
            daemon_threads, request_queue_size = True, 64
        class Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads, request_queue_size = True, 64

        server = Unix(sys.argv[1], Handler) if sys.argv[1] else TCP(("127.0.0.1", 0), Handler)
        server.left = threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1] if not sys.argv[1] else "ready", flush=True)
        sys.stdin.read()
        os._exit(0)
        """
}
