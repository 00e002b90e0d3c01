internal import Archives

/// A call whose body goes to a file as it comes.
final class UploadCall: ServiceCall {
    private let file: StagedFile
    private let work: (StagedFile) throws(ServiceRefusal) -> ServiceResponse

    init(_ file: StagedFile, work: @escaping (StagedFile) throws(ServiceRefusal) -> ServiceResponse) {
        self.file = file
        self.work = work
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws(ServiceRefusal) {
        try archiving { () throws(ArchiveError) in try file.write(bytes) }
    }

    func answer() throws(ServiceRefusal) -> ServiceResponse { try work(file) }
}
