public import Execution
internal import FoundationEssentials
internal import Glibc
public import Plan

/// The files in a job's folder that say in detail what its reports say.
public enum ReportShelf {
    public static func path(number: Int, in folder: JobFolder) -> String { "\(folder.path)/report-\(number).json" }

    /// A number that no report of the job has yet; it is taken by the call. Steps beside each other may ask at the same time.
    public static func nextNumber(in folder: JobFolder) -> Int {
        var number = 1
        while number < 10_000 {
            let descriptor = open(path(number: number, in: folder), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
            if descriptor >= 0 {
                close(descriptor)
                return number
            }
            if errno != EEXIST { return number }
            number += 1
        }
        return number
    }

    public static func write(_ content: ReportContent, number: Int, in folder: JobFolder) throws(ExecutionError) {
        let path = path(number: number, in: folder)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        guard let data = try? encoder.encode(content) else { throw ExecutionError("can't write \(path): it can't be encoded") }
        try Folder.write(String(decoding: data, as: UTF8.self), to: "\(path).new", mode: 0o640)
        try Folder.rename("\(path).new", to: path)
    }

    /// Nil where the file is gone.
    public static func read(number: Int, in folder: JobFolder) -> ReportContent? {
        guard let text = try? Folder.read(path(number: number, in: folder), limit: 64 << 20), !text.isEmpty else { return nil }
        return try? JSONDecoder().decode(ReportContent.self, from: Data(text.utf8))
    }
}
