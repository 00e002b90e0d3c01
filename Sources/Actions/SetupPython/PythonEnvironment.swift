internal import Execution

/// A virtual environment for the job, so that `pip install` has a place that the job may write to.
///
/// Python's own `venv` takes some three seconds for pip alone. Here the wheel of pip that `ensurepip` would install is unpacked
/// in place, which is all that an installation of it is.
struct PythonEnvironment {
    /// The environment's folder, as the job knows it.
    let folder: String
    var program: String { "\(folder)/bin/python" }

    /// - Throws: `ActionFailure` where the Python has no `venv` or no pip.
    init(of python: PythonFinder.Python, for invocation: ActionInvocation) throws(ActionFailure) {
        folder = "\(invocation.folders.temporary.inside)/python/\(python.version)-\(python.architecture)"
        var command = JobCommand(invocation)
        if python.isTool { command.variables["LD_LIBRARY_PATH"] = "\(python.prefix)/lib" }
        let answer = try command.answer([python.program, "-I", "-c", Self.script, folder])
        guard let answer, answer.split(whereSeparator: \.isNewline).last == "ready" else {
            throw ActionFailure(
                "can't make a virtual environment of \(python.program): \(answer ?? "it failed"); Debian's and Ubuntu's Python"
                    + " needs the package python3-venv")
        }
    }

    /// Ends with the line `ready`; whatever is wrong it says in a line and succeeds, so that the answer is heard.
    private static let script = #"""
        import glob, os, sys, sysconfig, zipfile

        def main(folder):
            if os.path.exists(os.path.join(folder, "bin", "pip")):
                return "ready"
            try:
                import venv, ensurepip
            except ImportError as error:
                return str(error)
            places = [os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"), sysconfig.get_config_var("WHEEL_PKG_DIR"),
                      "/usr/share/python-wheels"]
            wheels = [wheel for place in places if place for wheel in sorted(glob.glob(os.path.join(place, "*.whl")))]
            def newest(name):
                found = [wheel for wheel in wheels if os.path.basename(wheel).startswith(name + "-")]
                return found[-1:]
            if not newest("pip"):
                return "it comes without the wheel of pip"
            venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
            version = "%d.%d" % sys.version_info[:2]
            packages = os.path.join(folder, "lib", "python" + version, "site-packages")
            os.makedirs(packages, exist_ok=True)
            names = ["pip"] + (["setuptools"] if sys.version_info < (3, 12) else [])
            for name in names:
                for wheel in newest(name):
                    with zipfile.ZipFile(wheel) as archive:
                        archive.extractall(packages)
                    for info in glob.glob(os.path.join(packages, name + "-*.dist-info")):
                        with open(os.path.join(info, "INSTALLER"), "w") as file:
                            file.write("pip\n")
            program = os.path.join(folder, "bin", "python")
            # The kernel takes no longer first lines.
            head = "#!" + program if len(program) < 120 else "#!/bin/sh\n'''exec' \"%s\" \"$0\" \"$@\"\n' '''" % program
            for name in ["pip", "pip3", "pip" + version]:
                path = os.path.join(folder, "bin", name)
                with open(path, "w") as file:
                    file.write(head + "\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n")
                os.chmod(path, 0o755)
            return "ready"

        try:
            print(main(sys.argv[1]))
        except Exception as error:
            print(type(error).__name__, error)
        """#
}
