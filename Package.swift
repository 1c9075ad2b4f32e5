// swift-tools-version: 6.1
import PackageDescription

/// Every Swift target is built under the same rules.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("ExistentialAny"),
]

func room(
  _ name: String, needs: [Target.Dependency] = [], folders: [String] = [],
  without exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: needs,
    exclude: ["README.md"] + folders.map { "\($0)/README.md" } + exclude, resources: resources,
    swiftSettings: rules)
}

func tests(
  _ name: String, needs: [Target.Dependency], without exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: ["TestSupport"] + needs, exclude: exclude, swiftSettings: rules)
}

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nio: [Target.Dependency] = ["NIOCore", "NIOHTTP1", "NIOPosix"].map {
  .product(name: $0, package: "swift-nio")
}

let package = Package(
  name: "pigment",
  products: [
    .executable(name: "pigment", targets: ["pigment"]),
    // What other programs build on (ARCHITECTURE.md); all else is the program's own affair.
    .library(name: "PigmentData", targets: ["ColorScience", "Datasets", "Images", "Randomness"]),
    .library(name: "PigmentNetworks", targets: ["Layers", "Networks", "Tensors"]),
    .library(
      name: "PigmentTraining",
      targets: [
        "Colorization", "Configurations", "Inputs", "Processes", "Rivals", "Runs", "Training",
      ]),
    .library(name: "PigmentTransfer", targets: ["FeatureExport", "Metrics", "VOCTransfer"]),
    .library(name: "PigmentVisualization", targets: ["Plots", "Visualization"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
  ],
  targets: [
    // C libraries. Each has exactly one Swift importer.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CDNNL", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CGPU", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CKernels"),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(name: "CLCMS", linkerSettings: [.linkedLibrary("lcms2")]),
    .target(name: "CResample"),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CMemory"),
    // Shared objects of MPI libraries are built beside the program (make mpi), not into it.
    .target(name: "CRanks", exclude: ["shim"], linkerSettings: [.linkedLibrary("dl")]),

    // The ground floor: no imports among each other unless named.
    room("Processes"),
    room("Files", needs: ["Processes", crypto]),
    room("Randomness"),
    room("Text", needs: ["Processes"]),
    room("Statistics", needs: ["Randomness", "Text"]),
    room(
      "Configurations",
      needs: ["Files", "Text", yams]),
    room("ColorScience"),
    room("Compression", needs: ["CZlib"]),
    room(
      "HDF5",
      needs: ["CHDF5", "Compression", "Files", "Processes"]),
    room(
      "Images",
      needs: ["CLCMS", "CPNG", "CResample", "CTurboJPEG", "ColorScience", "Files"],
      folders: ["Font"],
      resources: [.embedInCode("Font/small.png"), .embedInCode("Font/large.png")]),
    room(
      "Plots",
      needs: ["Files", "Statistics"]),
    room("Ranks", needs: ["CRanks", "Processes"]),
    room("Proposals", needs: ["ColorScience", "Images", "Randomness"]),

    // Data and the engine.
    room(
      "Datasets", needs: ["Files", "HDF5", "Images", "Processes", "Randomness"],
      folders: ["Cutouts", "Scenes"]),
    room(
      "Backends",
      needs: ["COpenBLAS", "CDNNL", "CGPU", "CKernels", "Files", "Processes", "Randomness"],
      folders: ["CPU", "CUDA", "LinearAlgebra", "Reference"],
      // Kernels are compiled where they run, so they travel as text.
      resources: [.embedInCode("CUDA/Kernels")]),
    room("Tensors", needs: ["Backends", "Randomness"]),
    room("GraphCuts"),
    room("Exemplars", needs: ["Backends", "ColorScience", "GraphCuts", "Randomness"]),
    room("Metrics", needs: ["Randomness", "Tensors"]),
    room("Probes", needs: ["Datasets", "Processes", "Randomness", "Tensors"]),
    room("Layers", needs: ["Tensors", "Randomness"]),
    room(
      "Networks",
      needs: ["Backends", "Files", "Layers", "Processes", "Randomness", "Tensors", "Text"],
      folders: ["Initialization"]),
    room(
      "Inputs",
      needs: [
        "ColorScience", "Configurations", "Datasets", "Images", "Layers", "Metrics", "Networks",
        "Processes", "Randomness", "Tensors", "Text",
      ]),
    room(
      "Runs",
      needs: [
        "Configurations", "Datasets", "Files", "Images", "Layers", "Networks", "Processes",
        "Randomness", "Tensors", "Text",
        protobuf,
      ], folders: ["TensorBoard"], without: ["TensorBoard/events.proto"]),
    room(
      "Training",
      needs: [
        "Configurations", "Datasets", "Files", "Images", "Inputs", "Layers", "Metrics", "Networks",
        "Probes", "Processes", "Randomness", "Runs", "Tensors", "Text",
      ], folders: ["Probing"]),
    room(
      "Studies",
      needs: [
        "Configurations", "Files", "Plots", "Processes", "Randomness", "Runs", "Statistics", "Text",
      ]),

    room("Realism", needs: ["Files", "HDF5", "Randomness", "Statistics", "Text"]),
    room("Serving", needs: ["Files", "Processes"] + nio),

    // The research: these never import one another.
    room(
      "Colorization",
      needs: [
        "ColorScience", "Configurations", "Datasets", "Exemplars", "Files", "Images", "Inputs",
        "Layers", "Networks", "Processes", "Randomness", "Runs", "Statistics", "Tensors", "Text",
        "Training",
      ], folders: ["Evaluation"]),
    room(
      "FeatureExport",
      needs: [
        "ColorScience", "Compression", "Datasets", "Files", "HDF5", "Images", "Inputs", "Layers",
        "Networks", "Randomness", "Runs", "Tensors", "Text", protobuf,
      ], folders: ["Caffe", "Extraction", "ONNX", "PyTorch", "Recognition", "Steps", "Torch"],
      without: ["ONNX/onnx.proto"]),
    room(
      "VOCTransfer",
      needs: [
        "Configurations", "Datasets", "Files", "HDF5", "Images", "Inputs", "Layers", "Metrics",
        "Networks", "Plots", "Probes", "Proposals", "Processes", "Randomness", "Runs", "Statistics",
        "Tensors",
        "Text", "Training",
      ],
      folders: ["Comparison", "Detection", "Probing", "Segmentation", "Start"]),
    room(
      "Rivals",
      needs: [
        "ColorScience", "Configurations", "Datasets", "Images", "Inputs", "Layers", "Networks",
        "Randomness", "Runs", "Tensors", "Training",
      ], folders: ["Shared", "Views"]),
    room(
      "Visualization",
      needs: [
        "Backends", "ColorScience", "Datasets", "Files", "Images", "Inputs", "Layers", "Networks",
        "Plots", "Processes", "Randomness", "Runs", "Statistics", "Tensors", "Text", mustache,
      ],
      folders: ["Units", "Dissection", "Looks", "Report", "Page", "Realism", "Samples", "Studio"],
      resources: [
        "page.mustache", "table.mustache", "figure.mustache", "unit.mustache", "search.mustache",
        "units.mustache", "viewer.mustache", "style.css", "script.js", "viewer.js",
        "realism.mustache", "realism.css", "realism.js",
        "realism-report.mustache", "head.mustache", "foot.mustache", "studio.mustache",
        "studio.js", "studio.css",
      ].map { .embedInCode("Page/\($0)") }),

    .executableTarget(
      name: "pigment",
      dependencies: [
        "CMemory", "ColorScience", "Colorization", "Configurations", "Datasets", "FeatureExport",
        "Files",
        "HDF5", "Images", "Layers", "Networks", "Plots", "Processes", "Proposals", "Randomness",
        "Ranks", "Realism", "Rivals", "Runs", "Serving", "Statistics", "Studies", "Tensors", "Text",
        "Training", "VOCTransfer",
        "Visualization",
        argumentParser,
      ],
      exclude: ["README.md"], swiftSettings: rules, plugins: ["SettingTexts"]),

    // What sources say of settings, for `pigment config`.
    .plugin(name: "SettingTexts", capability: .buildTool(), dependencies: ["setting-texts"]),
    .executableTarget(name: "setting-texts", exclude: ["README.md"], swiftSettings: rules),

    .executableTarget(
      name: "pigment-benchmarks",
      dependencies: [
        "Backends", "ColorScience", "Colorization", "Datasets", "Exemplars", "GraphCuts", "Images",
        "Inputs", "Layers", "Networks", "Plots", "Processes", "Randomness", "Statistics", "Tensors",
        "Text", "Training", "Visualization",
        argumentParser,
      ],
      path: "Experiments/Benchmarks",
      exclude: ["README.md", "NOTES.md", "instructions.txt", "peer.py"],
      swiftSettings: rules),

    // Proof.
    .target(
      name: "TestSupport",
      dependencies: ["Backends", "Datasets", "Files", "HDF5", "Randomness", "Tensors"],
      path: "Tests/TestSupport", exclude: ["README.md"], swiftSettings: rules),
    tests("ProcessesTests", needs: ["Files", "Processes", "Text"]),
    tests("FilesTests", needs: ["Files"]),
    tests("RandomnessTests", needs: ["Randomness"]),
    tests(
      "BackendsTests",
      needs: ["Backends", "Randomness"]),
    tests(
      "CUDATests",
      needs: [
        "Backends", "Colorization", "Images", "Layers", "Networks", "Randomness", "Tensors",
        "Training",
      ]),
    tests("TestSupportTests", needs: ["Randomness", "Tensors"]),
    tests(
      "TensorsTests", needs: ["HDF5", "Randomness", "Tensors"], without: ["Golden", "README.md"]),
    tests("CompressionTests", needs: ["Compression"]),
    tests("HDF5Tests", needs: ["Files", "HDF5"]),
    tests(
      "DatasetsTests",
      needs: ["Datasets", "HDF5", "Images", "Randomness"],
      without: ["Golden"]),
    tests("ImagesTests", needs: ["Files", "Images"], without: ["Golden"]),
    tests("GraphCutsTests", needs: ["GraphCuts", "Randomness"]),
    tests("ExemplarsTests", needs: ["ColorScience", "Exemplars", "GraphCuts", "Randomness"]),
    tests("ColorScienceTests", needs: ["ColorScience"], without: ["Golden"]),
    tests(
      "ColorizationTests",
      needs: [
        "ColorScience", "Colorization", "Configurations", "Datasets", "HDF5", "Images", "Inputs",
        "Layers", "Networks", "Processes", "Randomness", "Runs", "Statistics", "Tensors", "Text",
        "Training",
      ]),
    tests(
      "NetworksTests", needs: ["Files", "Layers", "Networks", "Randomness", "Tensors"],
      without: ["Golden"]),
    tests(
      "TrainingTests",
      needs: [
        "Configurations", "Files", "Images", "Inputs", "Layers", "Metrics", "Networks",
        "Processes", "Randomness", "Runs", "Statistics", "Tensors", "Text", "Training",
      ]),
    tests(
      "FeatureExportTests",
      needs: [
        "Compression", "Datasets", "FeatureExport", "HDF5", "Images", "Inputs", "Layers",
        "Networks", "Randomness", "Runs", "Tensors",
      ], without: ["Golden", "Parity"]),
    tests("ProposalsTests", needs: ["Images", "Proposals"], without: ["Golden"]),
    tests(
      "PlotsTests",
      needs: ["Plots", "Statistics"], without: ["Golden"]),
    tests("ProbesTests", needs: ["Probes", "Randomness", "Tensors"], without: ["Golden"]),
    tests(
      "VOCTransferTests",
      needs: [
        "ColorScience", "Configurations", "Datasets", "FeatureExport", "Files", "HDF5", "Images",
        "Inputs", "Layers", "Metrics", "Networks", "Plots", "Probes", "Proposals", "Randomness",
        "Runs", "Statistics", "Tensors", "Text", "Training", "VOCTransfer",
      ]),
    tests(
      "MetricsTests",
      needs: ["HDF5", "Images", "Metrics", "Randomness"], without: ["Golden"]),
    tests(
      "VisualizationTests",
      needs: [
        "ColorScience", "Configurations", "Datasets", "Files", "Images", "Inputs", "Layers",
        "Networks", "Plots",
        "Randomness", "Runs", "Tensors", "Text", "Training", "Visualization",
      ]),
    tests(
      "RivalsTests",
      needs: [
        "Colorization", "Configurations", "Datasets", "FeatureExport", "Images", "Inputs", "Layers",
        "Networks", "Randomness", "Rivals", "Runs", "Tensors", "Training", "VOCTransfer",
      ]),
    tests(
      "StudiesTests",
      needs: ["Configurations", "Files", "Randomness", "Runs", "Statistics", "Studies"]),
    tests(
      "RealismTests", needs: ["Files", "HDF5", "Randomness", "Realism", "Statistics", "Text"]),
    tests("RanksTests", needs: ["Processes", "Ranks"]),
    tests("ServingTests", needs: ["Files", "Serving"]),
    tests("CommandTests", needs: ["Files", "HDF5", "Images", "Processes"], without: ["Golden"]),
    tests("HouseRulesTests", needs: []),
  ]
)
