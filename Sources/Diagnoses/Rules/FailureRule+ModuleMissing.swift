extension FailureRule {
    static let moduleMissing = FailureRule(
        name: "python-module-missing", title: "A Python module is not installed",
        signs: "`ModuleNotFoundError: No module named …`",
        remedy: "add the package to `requirements.txt`; where its name differs from the module's, it is told",
        certainty: .certain,
        examples: [
            Example(log: "ModuleNotFoundError: No module named 'sklearn'", says: "scikit-learn"),
            Example(log: "ModuleNotFoundError: No module named 'flask'", says: "flask"),
        ],
        find: { step in
            guard let line = step.transcript.last(with: "modulenotfounderror: no module named"),
                let module = line.text.after("No module named ")?.quoted
            else { return nil }
            let root = module.split(separator: ".").first ?? module
            let package = packages[String(root)] ?? String(root)
            return Finding(
                explanation:
                    "The Python that runs has no module \"\(module)\"\(package == root ? "" : "; its package is called \(package)").",
                remedies: [
                    "Add \(package) to requirements.txt, and install that in the same job or image: pip install -r requirements.txt",
                    "Check that program and pip are of the same Python: python -m pip install …",
                    "Where it is a module of your own: run from the folder that holds it, or set PYTHONPATH.",
                ], line: line)
        })

    private static let packages = [
        "sklearn": "scikit-learn", "cv2": "opencv-python-headless", "yaml": "PyYAML", "PIL": "Pillow", "bs4": "beautifulsoup4",
        "dotenv": "python-dotenv", "skimage": "scikit-image", "dateutil": "python-dateutil", "jwt": "PyJWT",
        "Crypto": "pycryptodome",
        "psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient", "google": "google-api-python-client",
        "pkg_resources": "setuptools",
        "distutils": "setuptools", "lightgbm": "lightgbm", "umap": "umap-learn", "imblearn": "imbalanced-learn",
    ]
}
