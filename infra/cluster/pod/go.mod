module proeftuin.invalid/pod

go 1.24.0
