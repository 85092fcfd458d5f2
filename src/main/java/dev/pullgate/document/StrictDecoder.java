package dev.pullgate.document;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decodes trees into records without leniency: unknown fields and other types are errors that name
/// the field.
final class StrictDecoder {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .withCoercionConfig(
              LogicalType.Enum,
              config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
          .build();

  private StrictDecoder() {}

  /// Decodes the value at a pointer.
  static <T> T decode(JsonNode value, String pointer, Class<T> type) throws FieldException {
    if (!value.isObject()) {
      throw new FieldException(pointer, value.isMissingNode() ? "is missing" : "is no object");
    }
    try {
      return MAPPER.treeToValue(value, type);
    } catch (JsonMappingException e) {
      throw new FieldException(pointer + pointer(e), clause(e));
    } catch (JsonProcessingException _) {
      throw new FieldException(pointer, "cannot be read");
    }
  }

  private static String pointer(JsonMappingException exception) {
    JsonPointer pointer = JsonPointer.empty();
    for (JsonMappingException.Reference reference : exception.getPath()) {
      String field = reference.getFieldName();
      pointer =
          field == null ? pointer.appendIndex(reference.getIndex()) : pointer.appendProperty(field);
    }
    return pointer.toString();
  }

  private static String clause(JsonMappingException exception) {
    return switch (exception) {
      case UnrecognizedPropertyException unknown ->
          "unknown field; known here: "
              + unknown.getKnownPropertyIds().stream()
                  .map(Object::toString)
                  .sorted()
                  .collect(Collectors.joining(", "));
      case InvalidNullException _ -> "is null";
      case InvalidFormatException invalid -> expected(invalid.getTargetType());
      case MismatchedInputException mismatched -> expected(mismatched.getTargetType());
      default -> "has another type than expected";
    };
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "has another type than expected";
    }
    if (type.isEnum()) {
      return "must be one of "
          + Arrays.stream(type.getEnumConstants())
              .map(Object::toString)
              .collect(Collectors.joining(", "));
    }
    return switch (type.getSimpleName()) {
      case "String" -> "must be a text; put it in quotes";
      case "Boolean" -> "must be true or false";
      case "Integer" -> "must be a whole number";
      case "List", "ArrayList" -> "must be a list";
      default -> "must be an object";
    };
  }
}
