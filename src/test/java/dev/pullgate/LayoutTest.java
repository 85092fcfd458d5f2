package dev.pullgate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// Holds the layout: drivers and adapters depend on `review` and below, never on each other, and
/// the core knows no framework.
@AnalyzeClasses(packages = "dev.pullgate", importOptions = DoNotIncludeTests.class)
final class LayoutTest {
  @ArchTest
  static final ArchRule dependenciesPointInward =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("image")
          .definedBy("dev.pullgate.image")
          .layer("credential")
          .definedBy("dev.pullgate.credential")
          .layer("workload")
          .definedBy("dev.pullgate.workload")
          .layer("policy")
          .definedBy("dev.pullgate.policy")
          .layer("review")
          .definedBy("dev.pullgate.review")
          .layer("resource")
          .definedBy("dev.pullgate.resource")
          .layer("document")
          .definedBy("dev.pullgate.document")
          .layer("registry")
          .definedBy("dev.pullgate.registry")
          .layer("certificate")
          .definedBy("dev.pullgate.certificate")
          .layer("cluster")
          .definedBy("dev.pullgate.cluster")
          .layer("admission")
          .definedBy("dev.pullgate.admission")
          .layer("cli")
          .definedBy("dev.pullgate.cli")
          .layer("app")
          .definedBy("dev.pullgate.app")
          .whereLayer("image")
          .mayNotAccessAnyLayer()
          .whereLayer("credential")
          .mayOnlyAccessLayers("image")
          .whereLayer("workload")
          .mayNotAccessAnyLayer()
          .whereLayer("policy")
          .mayOnlyAccessLayers("image", "credential")
          .whereLayer("review")
          .mayOnlyAccessLayers("image", "credential", "workload", "policy")
          .whereLayer("resource")
          .mayNotAccessAnyLayer()
          .whereLayer("document")
          .mayOnlyAccessLayers("image", "workload", "policy", "resource")
          .whereLayer("registry")
          .mayOnlyAccessLayers("image", "credential", "policy", "review")
          .whereLayer("certificate")
          .mayNotAccessAnyLayer()
          .whereLayer("cluster")
          .mayOnlyAccessLayers(
              "image",
              "credential",
              "policy",
              "workload",
              "review",
              "certificate",
              "resource",
              "document")
          .whereLayer("admission")
          .mayOnlyAccessLayers("image", "policy", "workload", "review")
          .whereLayer("cli")
          .mayNotAccessAnyLayer()
          .whereLayer("app")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.pullgate.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule coreKnowsNoFramework =
      noClasses()
          .that(
              resideInAPackage("dev.pullgate.image")
                  .or(resideInAPackage("dev.pullgate.policy"))
                  .or(resideInAPackage("dev.pullgate.workload"))
                  .or(resideInAPackage("dev.pullgate.credential"))
                  .or(resideInAPackage("dev.pullgate.review")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..",
              "io.smallrye..",
              "jakarta..",
              "io.fabric8..",
              "io.micrometer..",
              "org.apache..",
              "io.vertx..",
              "picocli..");

  @ArchTest
  static final ArchRule noVagueNames =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .resideInAnyPackage("..util..", "..helper..", "..common..", "..manager..");
}
