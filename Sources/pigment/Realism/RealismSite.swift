internal import Files
internal import Processes
internal import Randomness
internal import Realism
internal import Serving
internal import Synchronization
internal import Visualization

/// What a server of a study serves: the page, and what its script asks for.
struct RealismSite {
  let sessions: StudySessions
  let folder: StudyFolder
  /// What the address of the page holds, so that nobody else joins.
  let invitation: String

  private struct Joining: Decodable {
    let invitation: String
    let vision: Participant.Vision
    let plates: [Int?]
    let screen: Participant.Screen
  }

  private struct Joined: Encodable { let session: String }
  private struct Forgotten: Encodable { let isForgotten: Bool }

  private struct Voting: Decodable {
    let trial: Int
    let choice: Side
    let input: Vote.Input
    let response: Double
    let shown: [Double]
    let isLate: Bool
  }

  /// The site.
  var site: Site {
    let study = sessions.study
    let page = RealismPage.html(
      trials: study.sessionLength, practice: study.practice, minutes: minutes, size: study.size,
      plates: plates)
    let style = RealismPage.style(size: study.size)
    let pictures = FileRoot(folder.path)
    return Site([
      .init(.get, "/") { _ in .init(.ok, .html, Array(page.utf8)) },
      .init(.get, "/style.css") { _ in .init(.ok, .css, Array(style.utf8)) },
      .init(.get, "/realism.js") { _ in .init(.ok, .script, Array(RealismPage.script.utf8)) },
      .init(.post, "/api/join") { request in
        try answered { try join(JSON.value(from: request.body)) }
      },
      .init(.post, "/api/session") { request in
        try answered { try sessions.session(SessionToken.digest(request.session)) }
      },
      .init(.post, "/api/vote") { request in
        try answered { try vote(JSON.value(from: request.body), request.session) }
      },
      .init(.post, "/api/forget") { request in
        try answered {
          guard try sessions.forget(SessionToken.digest(request.session)) else {
            throw SessionRefusal.unknown
          }
          // It still shows them.
          do { try folder.removeReport() } catch { Output.warn("\(error)") }
          Output.say("somebody's answers were deleted, as they asked")
          return Forgotten(isForgotten: true)
        }
      },
      .init(.get, "/api/picture/*/*") { request in
        guard let trial = Int(request.parts[0]), let side = Side(rawValue: request.parts[1]) else {
          return WebResponse(.notFound, "there is nothing here")
        }
        do {
          let (picture, kind) = try sessions.picture(
            SessionToken.digest(request.session), trial: trial, side)
          let name = folder.name(of: picture, kind)
          guard let bytes = try pictures.bytes(of: name) else {
            throw RealismError("\(folder.path)/\(name)", "is missing; restore it from a copy")
          }
          return .init(.ok, .png, bytes)
        } catch let refusal as SessionRefusal { return Self.refused(refusal) }
      },
    ])
  }

  /// The plates, each of another kind.
  private var plates: [ColorPlate] {
    let key = RandomKey(seed: sessions.study.seed).folding("plates")
    return zip(sessions.study.plates, ColorPlate.Kind.allCases).enumerated().map { place, plate in
      ColorPlate(plate.0, plate.1, key: key.folding(place))
    }
  }

  /// About how long a session takes: two seconds to answer.
  private var minutes: Int {
    let study = sessions.study
    let each = 2 * study.exposure + 2.5 * study.blank + 2000
    return max(1, Int((Double(study.sessionLength) * each / 60_000).rounded(.up)))
  }

  private func join(_ wanted: Joining) throws -> Joined {
    guard SessionToken.digest(wanted.invitation) == SessionToken.digest(invitation) else {
      throw Uninvited()
    }
    let token = SessionToken()
    let number = try sessions.join(
      token: SessionToken.digest(token.secret), vision: wanted.vision, plates: wanted.plates,
      screen: wanted.screen)
    Output.say("\(Participant.name(of: number)) joined")
    return Joined(session: token.secret)
  }

  private func vote(_ vote: Voting, _ session: String) throws -> VoteReceipt {
    let receipt = try sessions.vote(
      SessionToken.digest(session), trial: vote.trial, vote.choice, by: vote.input,
      response: vote.response, shown: vote.shown, isLate: vote.isLate)
    if receipt.next == sessions.study.sessionLength { Output.say("somebody finished") }
    return receipt
  }

  private struct Uninvited: Error {}

  /// The answer to a request in JSON; what is refused has a status of its own.
  private func answered(_ body: () throws -> some Encodable) throws -> WebResponse {
    do { return .init(.ok, .json, try JSON.bytes(of: body())) } catch is DecodingError {
      return WebResponse(.badRequest, "this is not what is asked for here")
    } catch is Uninvited {
      return WebResponse(.forbidden, "the invitation is missing")
    } catch let refusal as SessionRefusal { return Self.refused(refusal) }
  }

  private static func refused(_ refusal: SessionRefusal) -> WebResponse {
    switch refusal {
    case .unknown: WebResponse(.unauthorized, "this session is not known")
    case .outOfOrder: WebResponse(.conflict, "this is not the next trial")
    case .implausible: WebResponse(.badRequest, "these numbers cannot be")
    case .full: WebResponse(.forbidden, "there are as many people as can be")
    }
  }
}
