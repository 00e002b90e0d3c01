/// What gets the answer of a transfer, on the thread that performs it.
protocol TransferReceiver: AnyObject {
    func deliver(_ head: TransportHead)

    /// False if the receiver is behind: the transfer rests then, and offers the same bytes again once it is resumed.
    func deliver(_ bytes: UnsafeRawBufferPointer) -> Bool
}

/// A body that is made while it is sent, so that it never has to be in memory as a whole.
///
/// Used by the thread that sends the request, and by no other.
public protocol TransportUpload: AnyObject {
    /// Fills the start of the buffer.
    ///
    /// - Returns: how many bytes there are; 0 at the end of the body, nil where it can't be made: the request is broken off.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int?
}
