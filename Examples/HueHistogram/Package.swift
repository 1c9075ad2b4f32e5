// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "HueHistogram",
  dependencies: [.package(name: "pigment", path: "../..")],
  targets: [
    .executableTarget(
      name: "HueHistogram",
      dependencies: [
        .product(name: "PigmentData", package: "pigment"),
        .product(name: "PigmentNetworks", package: "pigment"),
        .product(name: "PigmentTraining", package: "pigment"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)])
  ]
)
