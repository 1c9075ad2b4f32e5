import Processes
import Ranks
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct RankGroupTests {
  /// What every rank comes to, in the order of ranks; ranks are threads.
  static func ranks<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (RankGroup) throws -> Value
  ) throws -> [Result<Value, any Error>] {
    let mail = SharedMemory.Mail()
    let results = Mutex([Int: Result<Value, any Error>]())
    let workers = try (0..<count).map { rank in
      try Worker {
        let result = Result {
          try body(RankGroup(SharedMemory(mail, rank: rank, count: count)))
        }
        results.withLock { $0[rank] = result }
      }
    }
    for worker in workers { worker.join() }
    return results.withLock { found in (0..<count).map { found[$0]! } }
  }

  /// Numbers whose sum depends on the order of adding.
  static func numbers(_ piece: Int, _ count: Int) -> [Float] {
    (0..<count).map { place in
      let mixed = UInt32(truncatingIfNeeded: (piece * 7919 + place + 1) &* 2_654_435_761)
      return (Float(mixed % 20011) - 10005) * (piece % 3 == 0 ? 1e-3 : 17.3)
    }
  }

  /// The sum of pieces along a binary tree.
  static func tree(_ parts: [[Float]]) -> [Float] {
    var parts = parts
    var step = 1
    while step < parts.count {
      for at in stride(from: 0, to: parts.count - step, by: 2 * step) {
        parts[at] = zip(parts[at], parts[at + step]).map { $0 + $1 }
      }
      step *= 2
    }
    return parts[0]
  }

  /// Eight pieces, shared by any number of ranks: every rank has the bits of one process.
  @Test(arguments: [1, 2, 4, 8], [1, 7, 1000, 5001])
  func sumsHaveTheBitsOfOneProcess(_ count: Int, _ length: Int) throws {
    let whole = Self.tree((0..<8).map { Self.numbers($0, length) })
    let found = try Self.ranks(count) { group in
      var sum = Self.tree(group.share(of: 8).map { Self.numbers($0, length) })
      try sum.withUnsafeMutableBufferPointer { try group.add($0, .gradients) }
      return sum.map(\.bitPattern)
    }
    for result in found { #expect(try result.get() == whole.map(\.bitPattern)) }
    // In the order of the pieces the bits are others: the test can fail.
    let inOrder = (1..<8).reduce(Self.numbers(0, length)) { sum, piece in
      zip(sum, Self.numbers(piece, length)).map { $0 + $1 }
    }
    #expect(length == 1 || inOrder != whole)
  }

  /// 2(N - 1) / N of the bytes, as in a ring.
  @Test(arguments: [2, 4, 8]) func noMoreBytesTravelThanInARing(_ count: Int) throws {
    let sent = try Self.ranks(count) { group in
      var numbers = Self.numbers(group.rank, 80_000)
      try numbers.withUnsafeMutableBufferPointer { try group.add($0, .gradients) }
      return group.bytesSent
    }
    for bytes in sent { #expect(try bytes.get() == 2 * (count - 1) * 320_000 / count) }
  }

  @Test func partsComeInTheOrderOfRanks() throws {
    let all = try Self.ranks(4) { group in
      let parts = try group.gather([UInt8](repeating: UInt8(group.rank + 1), count: group.rank * 3))
      let first = try group.broadcast(group.isFirst ? [7, 8] : [9])
      return (parts, first, try group.any(group.rank == 3), try group.any(false))
    }
    for result in all {
      let (parts, first, one, none) = try result.get()
      #expect(parts == (0..<4).map { [UInt8](repeating: UInt8($0 + 1), count: $0 * 3) })
      #expect(first == [7, 8] && one && !none)
    }
  }

  @Test func sharesAreWholeAndEqual() throws {
    let shares = try Self.ranks(4) { group in [group.share(of: 8), group.share(of: 10)] }
    #expect(try shares.map { try $0.get()[0] } == [0..<2, 2..<4, 4..<6, 6..<8])
    #expect(try shares.flatMap { Array(try $0.get()[1]) } == Array(0..<10))
  }

  @Test(arguments: [3, 5, 16]) func onlyPowersOfTwoShareABatch(_ count: Int) {
    let error = #expect(throws: RankError.self) {
      try RankGroup(SharedMemory(.init(), rank: 0, count: count))
    }
    #expect(error?.description.contains("\(count) processes cannot share") == true)
  }

  @Test func ranksThatAreOutOfStepSaySo() throws {
    let found = try Self.ranks(2) { group in
      group.step = 7
      _ = try group.sum([Double](repeating: 1, count: group.rank + 3), .losses)
    }
    for (rank, result) in found.enumerated() {
      let error = #expect(throws: RankError.self) { try result.get() }
      let (mine, theirs) = (2 * (rank + 3), 2 * (4 - rank))
      #expect(
        error?.description.contains(
          "rank \(rank) is at losses of \(mine) (operation 0, step 7), rank \(1 - rank) at losses "
            + "of \(theirs)") == true)
    }
  }

  @Test func whatMustBeTheSameIsCompared() throws {
    for (place, name) in ["program", "settings", "data"].enumerated() {
      let found = try Self.ranks(4) { group in
        var facts = [("program", "1.0"), ("settings", "abc"), ("data", "0f")]
        try group.agree(on: facts.map { (name: $0.0, value: $0.1) })
        if group.rank == 2 { facts[place].1 = "other" }
        try group.agree(on: facts.map { (name: $0.0, value: $0.1) })
      }
      for result in found {
        let error = #expect(throws: RankError.self) { try result.get() }
        #expect(error?.description.contains("ranks differ in \(name): rank 0 has ") == true)
        #expect(error?.description.contains("rank 2 has other") == true)
      }
    }
  }

  @Test func aSilentRankIsLost() throws {
    let mail = SharedMemory.Mail()
    let lost = Mutex<[Int]>([])
    // Rank 1 never says anything.
    let group = try RankGroup(SharedMemory(mail, rank: 0, count: 2))
    let pulse = try Pulse(group, patience: 1.2) { rank, seconds in
      lost.withLock { $0.append(rank) }
      #expect(seconds > 1.2)
    }
    let end = ContinuousClock.now + .seconds(20)
    while lost.withLock({ $0.isEmpty }), ContinuousClock.now < end { sleepBriefly() }
    pulse.stop()
    let found = lost.withLock { $0 }
    #expect(found == [1])
  }

  @Test func ranksThatLiveAreHeard() throws {
    let lost = Mutex<[Int]>([])
    let found = try Self.ranks(4) { group in
      let pulse = try Pulse(group, patience: 5) { rank, _ in lost.withLock { $0.append(rank) } }
      for _ in 0..<30 {
        _ = try group.sum([1], .losses)
        sleepBriefly()
      }
      pulse.stop()
    }
    for result in found { try result.get() }
    let silent = lost.withLock { $0 }
    #expect(silent.isEmpty)
  }

  @Test func launchersAreKnownByTheirVariables() {
    #expect(LaunchedBy([:]) == nil)
    #expect(LaunchedBy(["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"]) == nil)
    let open = LaunchedBy(["OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "2"])
    #expect(open?.library == .openmpi && open?.count == 4)
    let other = LaunchedBy(["PMI_SIZE": "2", "PMI_RANK": "1"])
    #expect(other?.library == .mpich && other?.count == 2)
    let slurm = LaunchedBy(["PMIX_RANK": "0", "SLURM_NTASKS": "8"])
    #expect(slurm?.library == .openmpi && slurm?.count == 8)
    // A batch job without srun is one process.
    #expect(LaunchedBy(["SLURM_NTASKS": "8"]) == nil)
    #expect(LaunchedBy.isLauncher("PMI_RANK") && !LaunchedBy.isLauncher("PIGMENT_CUDA_PATH"))
  }
}

private func sleepBriefly() { usleep(50_000) }
